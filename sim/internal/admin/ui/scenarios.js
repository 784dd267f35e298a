// The panel of the scenarios and of rules that are added to them.
import { api } from "./api.js";
import { $, button, detail, facts, h, section, table } from "./dom.js";

const example = `name: busy
when: {method: taobao.refund.get}
times: 2
error: isp.call-limited`;

export function scenarios(world) {
  const filter = h("input", { placeholder: "name or title", size: 20, oninput: draw });
  const box = h("div", { className: "scroll" });
  let list = [];
  let drawn = "";
  $("scenarios").append(h("div", { className: "tools" }, filter), box, adder(world, update));

  function draw() {
    const wanted = filter.value.toLowerCase();
    const rows = list.filter((s) => s.active || `${s.name} ${s.title ?? ""}`.toLowerCase().includes(wanted)).sort((a, b) => b.active - a.active);
    box.replaceChildren(table(["Switch", "Scenario", "Hits"], rows.map((s) => ({ cells: [toggle(s), [about(s), "wrap"], [hits(s), "number"]] }))));
  }
  const toggle = (s) => button(s.active ? "on" : "off", async () => {
    await api(s.active ? "stopScenario" : "useScenario", { world: world(), name: s.name });
    await update();
  }, {
    className: s.active ? "good" : "faint", ariaPressed: String(s.active), ariaLabel: s.name, title: s.active ? "Switch it off" : "Switch it on",
    disabled: !s.active && s.from === "api" && s.rules.length === 0,
  });

  // about names a scenario. One without rules changes no answer, on or off: its
  // note says what to do to see it.
  const about = (s) => h("div", null, button(s.name, () => open(world(), s.name), { title: "Show its rules and its text" }), " ", h("span", { className: "faint" }, s.title ?? ""),
    s.rules.length === 0 && h("div", null, h("span", { className: "mark" }, "no rules"), " ", s.note ?? "It bends nothing."));

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

const hits = (s) => s.active && s.rules.length > 0 ? s.rules.reduce((n, r) => n + r.hits, 0) : "";

async function open(world, name) {
  const s = await api("scenario", { world, name });
  detail(s.name, facts([["title", s.title], ["source", s.source], ["fixtures", s.fixtures], ["from", s.from], ["note", s.note]]),
    s.rules.length > 0 && section("Rules", table(["Rule", "Does", "Matched", "Hits", ""],
      s.rules.map((r) => ({ cells: [[r.name, "wrap"], [r.does, "wrap"], [r.matched, "number"], [r.hits, "number"], r.spent ? "spent" : ""] })))),
    s.text && section("Text", h("pre", null, s.text)));
}

// adder is the field for a rule of one's own. The server's error stays below
// it: its lines show the place.
function adder(world, added) {
  const text = h("textarea", { rows: 6, placeholder: example, spellcheck: false, ariaLabel: "rule, YAML or JSON" });
  const answer = h("pre", { hidden: true });
  const say = (words, className) => Object.assign(answer, { hidden: false, textContent: words, className });
  const add = button("Add", async () => {
    try {
      const rule = await api("addRule", { world: world() }, { body: text.value, type: "application/yaml" });
      say(`${rule.name}: ${rule.does}`, "good");
    } catch (problem) {
      say(problem.message, "bad");
    }
    await added();
  });
  return h("details", null, h("summary", null, "Add a rule"), text, h("div", { className: "tools" }, add, h("span", { className: "faint" }, "YAML; it acts before the rules of all scenarios")), answer);
}
