/** Shows one refund and the payment that it gives back. */
import { h } from "/shared/dom.js";
import { formatAmount } from "/shared/format.js";
import { isMissing } from "/shared/http.js";
import { poll, steady } from "/shared/poll.js";
import { request } from "../session.js";
import { texts } from "../texts.js";
import { instrumentOf, paymentBadge } from "../ui/money.js";
import { badge, copyable, facts, heading, messageOf, notice } from "../ui/parts.js";
import { exactTime, when } from "../ui/when.js";

const REFRESH = 2_000;
const t = texts.refund;

/** @param {Api.Refund} refund @param {Api.Payment} payment */
function content(refund, payment) {
  /** @param {number} amount */
  const money = (amount) => formatAmount(amount, payment.currency);
  return [
    refund.status === "failed" ? notice("bad", refund.error_description ?? t.failed, "status") : "",
    refund.status === "pending" ? notice("sent", t.pending) : "",
    h(
      "div",
      { class: "columns even" },
      h(
        "section",
        { class: "card pad" },
        h("h2", null, texts.payment.details),
        facts([
          [texts.columns.reason, refund.reason],
          [texts.payment.error, refund.error_code && h("code", null, refund.error_code)],
          [texts.columns.created, exactTime(refund.created_at)],
          [t.processed, refund.processed_at && exactTime(refund.processed_at)],
          [texts.columns.refund, copyable(refund.id)],
        ]),
      ),
      h(
        "section",
        { class: "card pad" },
        h("h2", null, t.payment),
        facts([
          [texts.payment.paid, [money(payment.amount), " ", paymentBadge(payment)]],
          [texts.payment.refunded, money(payment.amount_refunded)],
          [texts.payment.net, h("strong", null, money(payment.amount - payment.amount_refunded))],
          [texts.columns.method, instrumentOf(payment)],
          [
            texts.columns.payment,
            h("a", { href: `/dashboard/transactions/${payment.id}` }, h("code", null, payment.id)),
          ],
        ]),
      ),
    ),
  ];
}

/** @type {Mount} */
export function mount(root, { params }) {
  const id = params.id ?? "";
  const head = h("div", null, heading(t.title, id));
  const body = h("div", { class: "stack" }, h("span", { class: "card skeleton tall" }));
  /** @type {string | undefined} */
  let shown;

  async function refresh() {
    try {
      const refund = await request("GET", `/refunds/${encodeURIComponent(id)}`);
      if (JSON.stringify(refund) !== shown) {
        const payment = await request("GET", `/payments/${refund.payment_id}`);
        shown = JSON.stringify(refund);
        const amount = formatAmount(refund.amount, payment.currency);
        head.replaceChildren(heading([amount, " ", badge(refund.status)], [t.made, when(refund.created_at)]));
        body.replaceChildren(...content(refund, payment));
      }
      return refund.status === "pending" ? undefined : false;
    } catch (error) {
      if (!shown) body.replaceChildren(notice("bad", isMissing(error) ? t.missing : messageOf(error)));
      if (isMissing(error)) return false;
      throw error;
    }
  }

  root.append(
    h("div", { class: "page" }, h("a", { class: "back", href: "/dashboard/refunds" }, `← ${t.back}`), head, body),
  );
  const polling = poll(refresh, steady(REFRESH));
  return polling.stop;
}
