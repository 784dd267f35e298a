import { api } from "./api.js";
import { $, button, clock, detail, facts, h, section, show, table, when, yuan } from "./dom.js";

// shown bounds the rows of the table; a world may hold a million refunds.
const shown = 500;

const events = ["buyer_modify", "buyer_cancel", "buyer_ship_return", "seller_ship", "seller_receive_return", "platform_intervene", "platform_release"];

const statuses = [
  "WAIT_SELLER_AGREE", "WAIT_BUYER_RETURN_GOODS", "WAIT_SELLER_CONFIRM_GOODS", "SELLER_REFUSE_BUYER", "WAIT_BUYER_CONFIRM_REDO_SEND_GOODS",
  "WAIT_SELLER_CONFIRM_RETURN_ADDRESS", "NOT_APPLIED", "CLOSED", "SUCCESS",
];

// refunds is the panel with the table; its update reads it anew.
export function refunds(world, opened) {
  const shop = h("input", { placeholder: "shop", size: 14, onchange: () => update().catch(show) });
  const status = h("select", { onchange: () => update().catch(show) }, h("option", { value: "" }, "every status"), statuses.map((s) => h("option", null, s)));
  const count = h("span", { className: "faint" });
  const box = h("div", { className: "scroll" });
  $("refunds").append(h("div", { className: "tools" }, shop, status, button("Refresh", update), count), box);

  async function update() {
    const name = world();
    const list = await api("refunds", { world: name, shop: shop.value.trim(), status: status.value });
    if (name !== world()) return; // another one was chosen meanwhile
    count.textContent = list.length > shown ? `${shown} of ${list.length}` : String(list.length);
    box.replaceChildren(table(["Refund", "Shop", "Type", "Status", "Fee ¥", "Paid ¥", "Phase", "Version", "Deadline"], list.slice(0, shown).map((r) => ({
      open: () => timeline(world(), r.id, opened, update),
      cells: [r.id, [r.shop, "wrap"], [r.dispute_type, "wrap"], [r.status, "wrap"], [yuan(r.refund_fee), "number"], [yuan(r.paid), "number"], r.refund_phase, r.refund_version, [when(r.deadline), "words"]],
    }))));
  }
  return update;
}

// timeline opens one refund, with what the other side can do; changed is
// called when it has done something.
async function timeline(world, id, opened, changed) {
  const r = await api("refund", { world, id });
  const fee = h("input", { type: "number", min: 0, placeholder: "fee in fen", size: 8 });
  const company = h("input", { placeholder: "carrier", size: 8 });
  const sid = h("input", { placeholder: "parcel number", size: 12 });
  const act = (event) => async () => {
    const body = { event };
    if (fee.value) body.refund_fee = Number(fee.value);
    if (company.value) body.company_name = company.value;
    if (sid.value) body.sid = sid.value;
    await api("act", { world, id }, { body });
    await timeline(world, id, opened, changed);
    await changed();
  };
  detail(`Refund ${id}`,
    facts([["shop", r.shop], ["order", r.order], ["status", `${r.status} (${r.status_number})`], ["type", r.dispute_type],
      ["fee", `¥${yuan(r.refund_fee)} of ¥${yuan(r.total_fee)}, paid ¥${yuan(r.paid)}`], ["goods", r.goods_status], ["phase", r.refund_phase],
      ["reviewed", r.reviewed ? "yes" : "no"], ["deadline", clock(r.deadline)], ["refund_infos", r.refund_info]]),
    section("The other side acts", h("div", { className: "tools" }, fee, company, sid), h("div", { className: "tools" }, events.map((e) => button(e, act(e))))),
    section("Timeline", h("div", { className: "scroll" }, table(["", "When", "Event", "Who", "From", "To", "Fee ¥", "Version", "Call"], (r.timeline ?? []).map((c) => ({
      open: c.request_id ? () => opened(c.request_id) : null,
      cells: [c.step, [when(c.at), "words"], [c.event, "wrap"], [[c.role, c.account].filter(Boolean).join(" "), "wrap"], [c.from, "wrap"], [c.to, "wrap"], [yuan(c.refund_fee), "number"], c.version, c.request_id],
    }))))));
}
