/** Shows a payment in a table, for home and transactions. */
import { h } from "/shared/dom.js";
import { formatAmount, formatDateTime } from "/shared/format.js";
import { texts } from "../texts.js";
import { badge } from "./parts.js";

/** @param {Api.Payment} payment @returns {Attributes} */
export const paymentRow = (payment) => ({ testId: "transaction-row", "data-payment-id": payment.id });

/** @type {Column<Api.Payment>[]} */
export const paymentColumns = [
  {
    title: texts.columns.payment,
    cell: (payment) =>
      h("a", { class: "mono", href: `/dashboard/transactions/${payment.id}`, testId: "payment-id" }, payment.id),
  },
  {
    title: texts.columns.amount,
    kind: "number",
    testId: "amount",
    cell: (payment) => formatAmount(payment.amount, payment.currency),
  },
  { title: texts.columns.status, cell: (payment) => badge(payment.status, { testId: "status" }) },
  { title: texts.columns.method, kind: "method", testId: "method", cell: (payment) => payment.method },
  { title: texts.columns.order, kind: "wide mono", testId: "order-id", cell: (payment) => payment.order_id },
  {
    title: texts.columns.created,
    kind: "wide",
    testId: "created-at",
    cell: (payment) => h("time", { datetime: payment.created_at }, formatDateTime(payment.created_at)),
  },
];
