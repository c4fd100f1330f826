/** Shows a payment in a table, for home, the list and an order's page. */
import { h } from "/shared/dom.js";
import { formatAmount } from "/shared/format.js";
import { texts } from "../texts.js";
import { decimal } from "./export.js";
import { methodOf, paymentBadge } from "./money.js";
import { when } from "./when.js";

/** @param {Api.Payment} payment @returns {Attributes} */
export const paymentRow = (payment) => ({ testId: "transaction-row", "data-payment-id": payment.id });

/** @param {Api.Payment} payment */
const amount = (payment) => [
  h(
    "a",
    { class: "cover figure", href: `/dashboard/transactions/${payment.id}` },
    h("span", { testId: "amount" }, formatAmount(payment.amount, payment.currency)),
  ),
  payment.amount_refunded > 0 &&
    h(
      "span",
      { class: "muted small under" },
      texts.lessRefunds(formatAmount(payment.amount_refunded, payment.currency)),
    ),
];

/** @param {Api.Payment} payment */
const state = (payment) => [
  paymentBadge(payment, { testId: "status" }),
  payment.error_description &&
    h("span", { class: "reason small", title: payment.error_description }, payment.error_description),
];

/** @type {Column<Api.Payment>[]} */
export const paymentColumns = [
  { title: texts.columns.amount, kind: "top amount", cell: amount },
  { title: texts.columns.status, kind: "top push state", cell: state },
  { title: texts.columns.method, cell: methodOf },
  {
    title: texts.columns.created,
    kind: "last",
    testId: "created-at",
    cell: (payment) => when(payment.created_at),
  },
  {
    title: texts.columns.order,
    kind: "wide",
    cell: (payment) =>
      h(
        "a",
        { class: "mono quiet-link", href: `/dashboard/orders/${payment.order_id}`, testId: "order-id" },
        payment.order_id,
      ),
  },
  {
    title: texts.columns.payment,
    kind: "id",
    cell: (payment) =>
      h(
        "a",
        { class: "mono quiet-link", href: `/dashboard/transactions/${payment.id}`, testId: "payment-id" },
        payment.id,
      ),
  },
];

/** @param {Api.Payment} payment */
export const paymentCells = (payment) => ({
  id: payment.id,
  order_id: payment.order_id,
  created_at: payment.created_at,
  status: payment.status,
  captured: payment.captured,
  currency: payment.currency,
  amount: decimal(payment.amount, payment.currency),
  amount_refunded: decimal(payment.amount_refunded, payment.currency),
  fee: decimal(payment.fee, payment.currency),
  tax: decimal(payment.tax, payment.currency),
  amount_minor: payment.amount,
  amount_refunded_minor: payment.amount_refunded,
  method: payment.method,
  vpa: payment.vpa,
  card_network: payment.card_network,
  card_last4: payment.card_last4,
  error_code: payment.error_code,
  error_description: payment.error_description,
});
