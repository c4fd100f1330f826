/** Shows the payouts to the merchant's bank. */
import { h } from "/shared/dom.js";
import { formatAmount } from "/shared/format.js";
import { texts } from "../texts.js";
import { decimal, exportButton } from "../ui/export.js";
import { filterBar, withInstants } from "../ui/filters.js";
import { badge, heading } from "../ui/parts.js";
import { liveTable } from "../ui/table.js";
import { when } from "../ui/when.js";

const t = texts.settlements;

/** @type {Column<Api.Settlement>[]} */
const columns = [
  {
    title: texts.columns.amount,
    kind: "top amount",
    cell: (row) =>
      h(
        "a",
        { class: "cover figure", href: `/dashboard/settlements/${row.id}` },
        formatAmount(row.amount, row.currency),
      ),
  },
  { title: texts.columns.status, kind: "top push", cell: (row) => badge(row.status) },
  { title: t.utr, cell: (row) => row.utr ?? row.reason ?? h("span", { class: "none" }, texts.none) },
  { title: texts.columns.created, kind: "last", cell: (row) => when(row.created_at) },
  { title: t.title, kind: "mono id", cell: (row) => row.id },
];

/** @param {Api.Settlement} row */
const cells = (row) => ({
  ...row,
  amount: decimal(row.amount, row.currency),
  fees: decimal(row.fees, row.currency),
  tax: decimal(row.tax, row.currency),
  amount_minor: row.amount,
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
    path: "/settlements",
    label: t.title,
    columns,
    empty: t.empty,
    testId: "settlements-table",
    query,
    inUrl: true,
  });
  const csv = exportButton({ name: "settlements", path: "/settlements", query, cells });
  root.append(h("div", { class: "page" }, heading(t.title, t.text, csv), filters.element, table.element));
  return table.stop;
}
