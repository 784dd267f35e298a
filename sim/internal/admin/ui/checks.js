// What the journal and the books prove: the badges and their reports.
import { api } from "./api.js";
import { $, button, detail, h, section, table } from "./dom.js";

const example = '{"calls": [{"method": "taobao.rp.refunds.agree", "count": 1}]}';

// checks says whether the money adds up and what callers did wrong, and holds
// the journal against expectations. open shows a call by its request id, knows
// tells whether a word is one.
export function checks(world, open, knows) {
  const money = button("money …", () => detail("Money", ...moneyReport), { className: "faint", title: "Whether more was paid than may be" });
  const lint = button("client …", () => detail("Client lint", ...lintReport), { className: "faint", title: "What callers did wrong" });
  let moneyReport = [];
  let lintReport = [];
  $("badges").append(money, lint, button("verify", verifier(), { title: "Hold the journal against expectations" }));

  const call = (id) => button(id, () => open(id), { className: "link", title: "Show this call" });
  const violations = (title, list) => section(`${title}: ${list.length}`, list.length > 0 && table(["Invariant", "Refund", "Order", "What", "Call"],
    list.map((v) => ({ cells: [v.invariant, v.refund_id, v.order, [v.detail, "wrap"], v.request_id && call(v.request_id)] }))));

  return async () => {
    const name = world();
    const [m, l] = await Promise.all([api("invariants", { world: name }), api("lint", { world: name })]);
    if (name !== world()) return;
    money.className = m.ok ? "good" : "bad";
    money.textContent = m.ok ? "money adds up" : `money: ${m.violations.length} violations`;
    moneyReport = [...violations("Violations", m.violations), ...violations("Attempts that were refused", m.attempts)];
    lint.className = l.ok ? "good" : "warn";
    lint.textContent = l.ok ? "client clean" : `client: ${l.findings.length} findings`;
    lintReport = l.findings.length === 0 ? [h("p", { className: "faint" }, "No finding.")] : l.findings.flatMap((f) => section(`${f.rule}: ${f.what}`,
      h("p", null, f.advice), h("p", { className: "faint" }, f.evidence), h("p", { className: "tools" }, "Calls", (f.request_ids ?? []).map(call))));
  };

  // verifier is the dialog that holds the journal against expectations; what was
  // written there stays until the page goes.
  function verifier() {
    const text = h("textarea", { rows: 8, value: example, spellcheck: false, ariaLabel: "expectations, JSON" });
    const answer = h("div");
    let asked = ""; // the world that the answer is about
    // linked makes links of the calls that a reason names.
    const linked = (reason) => h("p", { className: "bad" }, reason.split(/([0-9a-z]+)/).map((word) => knows(word) ? call(word) : word));
    const verify = button("Verify", async () => {
      asked = world();
      try {
        const v = await api("verify", { world: asked }, { body: text.value, type: "application/json" });
        answer.replaceChildren(...(v.ok ? [h("p", { className: "good" }, "It holds.")] : v.reasons.map(linked)));
      } catch (problem) {
        answer.replaceChildren(h("pre", { className: "bad" }, problem.message));
      }
    });
    return () => {
      if (asked !== world()) answer.replaceChildren();
      detail("Verify", text, h("div", { className: "tools" }, verify, h("a", { href: "/ui/api.html#admin-Expectations", target: "_blank" }, "What can be expected")), answer);
    };
  }
}
