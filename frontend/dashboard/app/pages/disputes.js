/** Shows the disputes of payers, with the time that is left to answer. */
import { h } from "/shared/dom.js";
import { formatAmount } from "/shared/format.js";
import { texts } from "../texts.js";
import { decimal, exportButton } from "../ui/export.js";
import { filterBar, withInstants } from "../ui/filters.js";
import { badge, heading } from "../ui/parts.js";
import { liveTable } from "../ui/table.js";
import { objectLink } from "../ui/values.js";
import { when } from "../ui/when.js";

const t = texts.disputes;

/** @type {Column<Api.Dispute>[]} */
const columns = [
  {
    title: texts.columns.amount,
    kind: "top amount",
    cell: (row) =>
      h("a", { class: "cover figure", href: `/dashboard/disputes/${row.id}` }, formatAmount(row.amount, row.currency)),
  },
  {
    title: texts.columns.status,
    kind: "top push",
    cell: (row) => badge(row.status.replace("_", " "), { title: t.states[row.status] }),
  },
  { title: texts.columns.reason, kind: "clip", cell: (row) => row.reason.replaceAll("_", " ") },
  {
    title: t.respond,
    cell: (row) =>
      row.status === "open" ? h("span", null, t.due, when(row.respond_by)) : h("span", { class: "none" }, texts.none),
  },
  { title: texts.columns.payment, kind: "object", cell: (row) => objectLink(row.payment_id) },
  { title: texts.columns.created, kind: "last", cell: (row) => when(row.created_at) },
];

/** @param {Api.Dispute} row */
const cells = ({ evidence, ...row }) => ({
  ...row,
  amount: decimal(row.amount, row.currency),
  amount_minor: row.amount,
  evidence: evidence && JSON.stringify(evidence),
});

/** @type {Mount} */
export function mount(root) {
  const filters = filterBar({
    filters: [
      { name: "status", label: texts.columns.status, options: t.statuses },
      { name: "payment_id", label: texts.columns.payment },
      { name: "from", label: texts.transactions.from, type: "date" },
      { name: "to", label: texts.transactions.to, type: "date" },
    ],
    onChange: () => table.reload(),
  });
  const query = () => /** @type {object} */ (withInstants(filters.applied()));
  const table = liveTable({
    path: "/disputes",
    label: t.title,
    columns,
    empty: t.empty,
    testId: "disputes-table",
    query,
    inUrl: true,
  });
  const csv = exportButton({ name: "disputes", path: "/disputes", query, cells });
  root.append(h("div", { class: "page" }, heading(t.title, t.text, csv), filters.element, table.element));
  return table.stop;
}
