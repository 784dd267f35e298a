import { api } from "./api.js";
import { $, button, clock, detail, facts, h, section, table, when } from "./dom.js";

// kept bounds the entries in the page.
const kept = 300;

// few names the first refunds of a call; its batch may be long.
const few = (ids = []) => [...ids.slice(0, 3), ...(ids.length > 3 ? [`and ${ids.length - 3} more`] : [])].join(" ");

const mood = { ok: "good", challenge: "warn", partial: "warn", failed: "bad", error: "bad" };

// journal is the panel with the calls, newest first. follow reads on until
// signal ends; arrived is called when there was something new.
export function journal(world) {
  let entries = [];
  let dropped = 0;
  const filter = h("input", { placeholder: "method, refund, outcome, rule …", size: 30, oninput: draw });
  const box = h("div", { className: "scroll" });
  const count = h("span", { className: "faint" });
  $("journal").append(h("div", { className: "tools" }, filter, button("Clear", async () => {
    await api("clearJournal", { world: world() });
    entries = [];
    draw();
  }), count), box);

  function draw() {
    const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    const list = entries.filter((e) => {
      const text = [e.method, e.outcome, e.door, e.account, e.sub_code, e.rule, e.fault, e.request_id, ...(e.refund_ids ?? [])].join(" ").toLowerCase();
      return words.every((w) => text.includes(w));
    });
    count.textContent = `${list.length} shown` + (dropped ? `, ${dropped} had to make room` : "");
    box.replaceChildren(table(["#", "When", "Door", "Method", "Refunds", "Account", "Outcome", "Code", "Committed", "Delivered", "Rule"], list.map((e) => ({
      open: () => entry(world(), e.request_id),
      cells: [e.seq, [when(e.at), "words"], e.door, [e.method, "wrap broad"], [few(e.refund_ids), "words"], [e.account, "wrap"], [e.outcome, mood[e.outcome] ?? ""],
        [e.sub_code || e.code, "wrap"], e.committed ? "yes" : "", [e.fault ? `${e.delivered} (${e.fault})` : e.delivered, e.delivered === "whole" ? "words" : "words warn"], [e.rule, "wrap"]],
    }))));
  }

  async function follow(signal, arrived) {
    const name = world();
    entries = [];
    draw();
    for (let after = 0; !signal.aborted;) {
      const started = performance.now();
      const page = await api("journal", after ? { world: name, after, limit: kept, wait: "10s" } : { world: name, limit: kept, wait: "10s" }, { signal });
      if (signal.aborted) return;
      dropped = page.dropped;
      if (page.entries.length > 0) {
        after = page.entries.at(-1).seq;
        entries = [...page.entries.reverse(), ...entries].slice(0, kept);
        draw();
        arrived();
      }
      const rest = 400 - (performance.now() - started); // a busy world, or a server that doesn't wait
      if (rest > 0) await new Promise((done) => setTimeout(done, rest));
    }
  }
  return { follow, newest: () => entries[0]?.seq ?? 0, knows: (requestID) => entries.some((e) => e.request_id === requestID) };
}

// entry opens one call with all that is known of it.
export async function entry(world, requestID) {
  const e = await api("entry", { world, request_id: requestID });
  const explained = h("div");
  const explain = button("Explain the signature", async () => {
    try {
      explained.replaceChildren(...explanation(await api("explain", { world, request_id: requestID })));
    } catch (problem) {
      explained.replaceChildren(h("p", { className: "bad" }, problem.message));
    }
  });
  detail(`Call ${requestID}`,
    facts([["when", clock(e.at)], ["door", `${e.door}: ${e.verb} ${e.path}`], ["method", e.method], ["app_key", e.app_key], ["account", e.account],
      ["outcome", h("span", { className: mood[e.outcome] ?? "" }, e.outcome)], ["check", e.check], ["error", e.error], ["code", [e.code, e.sub_code].filter(Boolean).join(" / ")], ["why", e.detail],
      ["refunds", e.refund_ids], ["effects", e.effects], ["committed", e.committed ? "yes" : "no"], ["delivered", e.delivered], ["fault", e.fault], ["rule", e.rule], ["near miss", e.near_miss],
      ["files", e.files], ["status", e.status]]),
    e.refusals?.length ? section("Refused", table(["Refund", "Reason", "Why"], e.refusals.map((r) => ({ cells: [r.refund_id, r.reason, [r.detail, "wrap"]] })))) : null,
    section("Parameters", table(["Name", "Value"], Object.entries(e.params ?? {}).sort().map(([name, value]) => ({ cells: [name, [value, "wrap"]] })))),
    section("Answer", h("pre", null, e.body)),
    section("Signature", explain, explained));
}

function explanation(x) {
  return [
    facts([["right", x.right ? "yes" : "no"], ["digest", x.sign_method], ["received", x.received], ["expected", x.expected], ["mistake", x.mistake], ["advice", x.advice],
      ["differs at", x.difference ? `character ${x.difference.at}: ${x.difference.expected} instead of ${x.difference.signed}` : ""]]),
    section("To be signed", h("pre", null, x.base_string)),
    x.signed ? section("Signed instead", h("pre", null, x.signed)) : [],
  ].flat();
}
