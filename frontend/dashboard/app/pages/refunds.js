/** Shows all refunds. */
import { h } from "/shared/dom.js";
import { formatAmount, formatDateTime } from "/shared/format.js";
import { request } from "../session.js";
import { texts } from "../texts.js";
import { badge, heading } from "../ui/parts.js";
import { liveTable } from "../ui/table.js";
import { remembering } from "../ui/values.js";

/** @type {Column<Api.Refund & { currency: string | null }>[]} */
const columns = [
  { title: texts.columns.refund, cell: (refund) => h("span", { class: "mono" }, refund.id) },
  {
    title: texts.columns.amount,
    kind: "number",
    cell: (refund) => (refund.currency ? formatAmount(refund.amount, refund.currency) : texts.none),
  },
  { title: texts.columns.status, cell: (refund) => badge(refund.status) },
  {
    title: texts.columns.payment,
    cell: (refund) =>
      h("a", { class: "mono", href: `/dashboard/transactions/${refund.payment_id}` }, refund.payment_id),
  },
  { title: texts.columns.reason, kind: "wide clip", cell: (refund) => refund.reason ?? texts.none },
  {
    title: texts.columns.created,
    kind: "wide",
    cell: (refund) => h("time", { datetime: refund.created_at }, formatDateTime(refund.created_at)),
  },
];

/** @type {Mount} */
export function mount(root) {
  // A refund does not carry its currency. The next refresh asks again for a currency that the API did not give.
  const currencyOf = remembering(async (paymentId) => (await request("GET", `/payments/${paymentId}`)).currency);
  /** @param {Api.Refund} refund */
  const withCurrency = async (refund) => ({
    ...refund,
    currency: await currencyOf(refund.payment_id).catch(() => null),
  });
  const table = liveTable({
    path: "/refunds",
    label: texts.refunds.title,
    columns,
    empty: texts.refunds.empty,
    testId: "refunds-table",
    rowAttributes: (refund) => ({ "data-refund-id": refund.id }),
    complete: (refunds) => Promise.all(refunds.map(withCurrency)),
  });
  root.append(h("div", { class: "page" }, heading(texts.refunds.title, texts.refunds.text), table.element));
  return table.stop;
}
