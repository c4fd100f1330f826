/** Shows all payments, with filters, pages and CSV. */
import { h } from "/shared/dom.js";
import { texts } from "../texts.js";
import { exportButton, saveRows } from "../ui/export.js";
import { filterBar, withInstants } from "../ui/filters.js";
import { heading } from "../ui/parts.js";
import { paymentCells, paymentColumns, paymentRow } from "../ui/payments.js";
import { selection } from "../ui/selection.js";
import { liveTable } from "../ui/table.js";

const t = texts.transactions;

/** @type {Mount} */
export function mount(root) {
  const filters = filterBar({
    filters: [
      { name: "status", label: t.status, options: t.statuses },
      { name: "method", label: t.method, options: t.methods },
      { name: "from", label: t.from, type: "date" },
      { name: "to", label: t.to, type: "date" },
    ],
    onChange: () => table.reload(),
  });
  const query = () => /** @type {PaymentFilters} */ (withInstants(filters.applied()));
  const chosen = selection({
    nameOf: (/** @type {Api.Payment} */ payment) => payment.id,
    label: texts.csv,
    act: async (rows) => saveRows("payments", rows.map(paymentCells)),
  });
  const table = liveTable({
    path: "/payments",
    label: t.title,
    columns: [chosen.column, ...paymentColumns],
    rowAttributes: paymentRow,
    testId: "transactions-table",
    query,
    inUrl: true,
    empty: t.empty,
  });
  const csv = exportButton({ name: "payments", path: "/payments", query, cells: paymentCells });
  root.append(h("div", { class: "page" }, heading(t.title, t.text, csv), filters.element, chosen.bar, table.element));
  return table.stop;
}
