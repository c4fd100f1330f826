/** Shows the refunds of a payment with what became of each. */
import { h } from "/shared/dom.js";
import { formatAmount } from "/shared/format.js";
import { texts } from "../texts.js";
import { badge } from "./parts.js";
import { when } from "./when.js";

const t = texts.payment;

/** Returns why a refund failed, else why it was made. @param {Api.Refund} refund */
export const reasonOf = (refund) => refund.error_description ?? refund.reason;

/** @param {Api.Refund[]} refunds @param {string} currency */
export function refundList(refunds, currency) {
  /** @param {Api.Refund} refund */
  const item = (refund) =>
    h(
      "li",
      null,
      h("strong", { class: "figure" }, formatAmount(refund.amount, currency)),
      badge(refund.status),
      h("span", { class: "muted small push" }, when(refund.created_at)),
      refund.reason && h("p", { class: "line-two" }, refund.reason),
      refund.error_description && h("p", { class: "line-two bad-text" }, refund.error_description),
      h("a", { class: "line-two small mono", href: `/dashboard/refunds/${refund.id}` }, refund.id),
    );
  return h(
    "section",
    { class: "card pad" },
    h("h2", null, t.refunds),
    refunds.length ? h("ul", { class: "plain lined" }, refunds.map(item)) : h("p", { class: "muted" }, t.noRefunds),
  );
}
