/** Shows amounts as figures of a page, and payments' states with what was given back. */
import { h } from "/shared/dom.js";
import { formatAmount, plainAmount } from "/shared/format.js";
import { texts } from "../texts.js";
import { badge } from "./parts.js";

/**
 * Returns an amount without minor units, for a headline. @param {number} amount @param {string} currency
 */
export function headline(amount, currency) {
  return formatAmount(amount, currency).replace(/[.]\d+(?=\D*$)/, "");
}

/** Returns an amount as a person would type it in this currency: 499.00, 499 or 499.000. @param {string} currency */
export function exampleAmount(currency) {
  const decimals = plainAmount(0, currency).length - (plainAmount(0, currency).includes(".") ? 2 : 1);
  return plainAmount(499 * 10 ** decimals, currency);
}

/**
 * Returns the state of a payment in one word, with its refunds.
 * @param {{ status: string, refund_status?: string | null }} payment
 */
export const stateOf = ({ status, refund_status: refunded }) =>
  status === "success" && refunded ? (refunded === "full" ? texts.refunded : texts.partlyRefunded) : status;

/** @param {Api.Payment} payment @param {Attributes} [attributes] */
export function paymentBadge(payment, attributes) {
  const held = payment.status === "success" && !payment.captured && !payment.amount_refunded;
  return [badge(stateOf(payment), attributes), held && h("span", { class: "hint", title: texts.heldHint }, texts.held)];
}

/** Returns "Visa •••• 1111", a UPI address or a bank. @param {Api.Payment} payment */
export function instrumentOf(payment) {
  if (payment.card_last4) {
    const network = payment.card_network ?? "unknown";
    return `${texts.networks[network]} •••• ${payment.card_last4}`;
  }
  return payment.vpa ?? payment.bank ?? (payment.flow ? texts.flows[payment.flow] : "");
}

/** @param {Api.Payment} payment */
export const methodOf = (payment) => [
  h("span", { class: payment.card_last4 ? "method sr-only" : "method", testId: "method" }, payment.method),
  " ",
  h("span", { class: "instrument" }, instrumentOf(payment)),
];
