/** Shows all refunds, with the reason of each and why a failed one failed. */
import { h } from "/shared/dom.js";
import { formatAmount } from "/shared/format.js";
import { texts } from "../texts.js";
import { decimal, exportButton } from "../ui/export.js";
import { filterBar, withInstants } from "../ui/filters.js";
import { badge, heading } from "../ui/parts.js";
import { reasonOf } from "../ui/refunds.js";
import { liveTable } from "../ui/table.js";
import { when } from "../ui/when.js";

const t = texts.refunds;

/** @type {Column<Api.Refund>[]} */
const columns = [
  {
    title: texts.columns.amount,
    kind: "top amount",
    cell: (refund) =>
      h(
        "a",
        { class: "cover figure", href: `/dashboard/refunds/${refund.id}`, testId: "amount" },
        refund.currency ? formatAmount(refund.amount, refund.currency) : String(refund.amount),
      ),
  },
  { title: texts.columns.status, kind: "top push state", cell: (refund) => badge(refund.status) },
  {
    title: texts.columns.reason,
    kind: "clip",
    cell: (refund) =>
      reasonOf(refund)
        ? h("span", { class: refund.error_description ? "bad-text" : "", title: reasonOf(refund) }, reasonOf(refund))
        : h("span", { class: "none" }, texts.none),
  },
  { title: texts.columns.created, kind: "last", cell: (refund) => when(refund.created_at) },
  {
    title: texts.columns.payment,
    kind: "wide",
    cell: (refund) =>
      h("a", { class: "mono quiet-link", href: `/dashboard/transactions/${refund.payment_id}` }, refund.payment_id),
  },
  { title: texts.columns.refund, kind: "mono id", cell: (refund) => refund.id },
];

/** @param {Api.Refund} refund */
const cells = (refund) => ({
  id: refund.id,
  payment_id: refund.payment_id,
  created_at: refund.created_at,
  processed_at: refund.processed_at,
  status: refund.status,
  currency: refund.currency,
  amount: decimal(refund.amount, refund.currency),
  amount_minor: refund.amount,
  reason: refund.reason,
  error_code: refund.error_code,
  error_description: refund.error_description,
});

/** @type {Mount} */
export function mount(root) {
  const filters = filterBar({
    filters: [
      { name: "status", label: texts.columns.status, options: t.statuses },
      { name: "from", label: texts.transactions.from, type: "date" },
      { name: "to", label: texts.transactions.to, type: "date" },
    ],
    onChange: () => table.reload(),
  });
  const query = () => /** @type {object} */ (withInstants(filters.applied()));
  const table = liveTable({
    path: "/refunds",
    label: t.title,
    columns,
    empty: t.empty,
    testId: "refunds-table",
    query,
    inUrl: true,
    rowAttributes: (refund) => ({ "data-refund-id": refund.id }),
  });
  const csv = exportButton({ name: "refunds", path: "/refunds", query, cells });
  root.append(h("div", { class: "page" }, heading(t.title, t.text, csv), filters.element, table.element));
  return table.stop;
}
