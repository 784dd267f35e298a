// The smaller panels: clock and SMS outbox.
import { api } from "./api.js";
import { $, button, clock, detail, h, table, unit, when } from "./dom.js";

// clockBar shows the world's time and moves it; its result shows a world.
export function clockBar(world, moved) {
  const now = h("strong");
  const mode = h("span", { className: "faint" });
  const by = h("input", { placeholder: "90m", size: 6 });
  const move = (body) => async () => {
    const result = await api("moveClock", { world: world() }, { body });
    if (result.fired.length > 0) {
      detail(`${result.fired.length} timers fell due`, h("div", { className: "scroll" },
        table(["When", "Refund", "From", "To"], result.fired.map((f) => ({ cells: [clock(f.at), f.refund_id, f.from, f.to] })))));
    }
    await moved();
  };
  const due = "what falls due meanwhile happens";
  $("clock").append("Clock", now, mode, ...["1h", "24h", "72h", "240h"].map((d) => button("+" + d, move({ advance: d }), { title: `Advance by ${d}; ${due}` })),
    by, button("Advance", () => move({ advance: by.value.trim() })(), { title: `Advance by the time in the field; ${due}` }),
    button("Freeze", move({ mode: "frozen" }), { title: "Stop the clock at the time that it shows" }),
    button("Run on", move({ mode: "offset" }), { title: "Let the clock run, from the time that it shows" }),
    button("Real time", move({ mode: "real" }), { title: "Set the clock to this machine's time and let it run with it" }));
  return (w) => {
    now.textContent = clock(w.now);
    mode.textContent = w.clock_mode;
  };
}

export function sms(world) {
  const box = h("div", { className: "scroll" });
  $("sms").append(box);
  return async () => {
    const name = world();
    const list = await api("sms", { world: name });
    if (name !== world()) return;
    box.replaceChildren(list.length === 0 ? h("p", { className: "faint" }, "No message yet.") : table(["When", "To", "Code", "Expires", "Refunds"],
      list.slice(-100).reverse().map((m) => ({ cells: [[when(m.at), "words"], [h("span", null, unit(m.to), " ", m.account), "wrap"], m.code, [when(m.expires), "words"], [m.refund_ids.join(" "), "words"]], open: () => detail("SMS", h("pre", null, m.text)) }))));
  };
}
