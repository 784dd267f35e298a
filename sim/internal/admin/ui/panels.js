// The smaller panels: clock, SMS outbox, scenarios, badges.
import { api } from "./api.js";
import { $, button, clock, detail, facts, h, section, table } from "./dom.js";

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
  $("clock").append("Clock", now, mode, ...["1h", "24h", "72h", "240h"].map((d) => button("+" + d, move({ advance: d }))),
    by, button("Advance", () => move({ advance: by.value.trim() })()), button("Freeze", move({ mode: "frozen" })), button("Run on", move({ mode: "offset" })), button("Real time", move({ mode: "real" })));
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
    box.replaceChildren(list.length === 0 ? h("p", { className: "faint" }, "No message yet.") : table(["When", "To", "Account", "Code", "Expires", "Refunds"],
      list.slice(-100).reverse().map((m) => ({ cells: [clock(m.at), m.to, m.account, m.code, clock(m.expires), m.refund_ids.join(" ")], open: () => detail("SMS", h("pre", null, m.text)) }))));
  };
}

export function scenarios(world) {
  const filter = h("input", { placeholder: "name or title", size: 20, oninput: draw });
  const box = h("div", { className: "scroll" });
  let list = [];
  let drawn = "";
  $("scenarios").append(h("div", { className: "tools" }, filter), box);

  function draw() {
    const wanted = filter.value.toLowerCase();
    const rows = list.filter((s) => s.active || `${s.name} ${s.title ?? ""}`.toLowerCase().includes(wanted)).sort((a, b) => b.active - a.active);
    box.replaceChildren(table(["On", "Scenario", "Hits"], rows.map((s) => ({
      cells: [toggle(s), h("div", null, button(s.name, () => rules(s)), " ", h("span", { className: "faint" }, s.title ?? "")), [s.active ? s.rules.reduce((n, r) => n + r.hits, 0) : "", "number"]],
    }))));
  }
  const toggle = (s) => button(s.active ? "on" : "off", async () => {
    await api(s.active ? "stopScenario" : "useScenario", { world: world(), name: s.name });
    await update();
  }, { className: s.active ? "good" : "faint", ariaPressed: String(s.active), ariaLabel: s.name, disabled: !s.active && s.from === "api" && s.rules.length === 0 });

  const rules = (s) => detail(s.name, facts([["title", s.title], ["source", s.source], ["from", s.from], ["note", s.note]]),
    section("Rules", table(["Rule", "Does", "Matched", "Hits", ""], s.rules.map((r) => ({ cells: [[r.name, "wrap"], [r.does, "wrap"], [r.matched, "number"], [r.hits, "number"], r.spent ? "spent" : ""] })))));

  async function update() {
    const name = world();
    const found = await api("scenarios", { world: name });
    if (name !== world()) return;
    list = found;
    const text = JSON.stringify([name, list]);
    if (text === drawn) return; // a button must not go away under the pointer
    drawn = text;
    draw();
  }
  return update;
}

// badges say whether the money adds up and what callers did wrong.
export function badges(world) {
  const money = button("money …", () => detail("Money", ...moneyReport), { className: "faint" });
  const lint = button("client …", () => detail("Client lint", lintReport), { className: "faint" });
  let moneyReport = [];
  let lintReport = null;
  $("badges").append(money, lint);
  const violations = (title, list) => section(`${title}: ${list.length}`, table(["Invariant", "Refund", "Order", "What", "Call"],
    list.map((v) => ({ cells: [v.invariant, v.refund_id, v.order, [v.detail, "wrap"], v.request_id] }))));
  return async () => {
    const name = world();
    const [m, l] = await Promise.all([api("invariants", { world: name }), api("lint", { world: name })]);
    if (name !== world()) return;
    money.className = m.ok ? "good" : "bad";
    money.textContent = m.ok ? "money adds up" : `money: ${m.violations.length} violations`;
    moneyReport = [...violations("Violations", m.violations), ...violations("Attempts that were refused", m.attempts)];
    lint.className = l.ok ? "good" : "warn";
    lint.textContent = l.ok ? "client clean" : `client: ${l.findings.length} findings`;
    lintReport = table(["Rule", "What", "Advice", "Calls"], l.findings.map((f) => ({ cells: [f.rule, [f.what, "wrap"], [f.advice, "wrap"], [(f.request_ids ?? []).join(" "), "wrap"]] })));
  };
}
