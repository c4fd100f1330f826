/** All refunds. */
import { h } from "/shared/dom.js";
import { formatAmount, formatDateTime } from "/shared/format.js";
import { request } from "../session.js";
import { texts } from "../texts.js";
import { badge, heading } from "../ui/parts.js";
import { liveTable } from "../ui/table.js";

const currencies = new Map(); // payment id -> promise of its currency, which a refund does not carry

function currencyOf(paymentId) {
  if (!currencies.has(paymentId)) {
    const asked = request("GET", `/payments/${paymentId}`).then((payment) => payment.currency);
    asked.catch(() => currencies.delete(paymentId)); // asked again with the next refresh
    currencies.set(paymentId, asked);
  }
  return currencies.get(paymentId);
}

function amountOf(refund) {
  const element = h("span", null, texts.none);
  currencyOf(refund.payment_id).then((currency) => { element.textContent = formatAmount(refund.amount, currency); }, () => {});
  return element;
}

const columns = [
  { title: texts.columns.refund, cell: (refund) => h("span", { class: "mono" }, refund.id) },
  { title: texts.columns.amount, kind: "number", cell: amountOf },
  { title: texts.columns.status, cell: (refund) => badge(refund.status) },
  { title: texts.columns.payment, cell: (refund) => h("a", { class: "mono", href: `/dashboard/transactions/${refund.payment_id}` }, refund.payment_id) },
  { title: texts.columns.reason, kind: "wide clip", cell: (refund) => refund.reason ?? texts.none },
  { title: texts.columns.created, kind: "wide", cell: (refund) => h("time", { datetime: refund.created_at }, formatDateTime(refund.created_at)) },
];

export function mount(root) {
  const table = liveTable({ path: "/refunds", label: texts.refunds.title, columns, empty: texts.refunds.empty, testId: "refunds-table", rowAttributes: (refund) => ({ "data-refund-id": refund.id }) });
  root.append(h("div", { class: "page" }, heading(texts.refunds.title, texts.refunds.text), table.element));
  return table.stop;
}
