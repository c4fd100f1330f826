/** Shows one payment: its details, its timeline and its refunds. Captures and refunds the payment. */
import { h } from "/shared/dom.js";
import { formatAmount, formatDateTime, formatExactTime, parseAmount, plainAmount } from "/shared/format.js";
import { isMissing, newIdempotencyKey } from "/shared/http.js";
import { poll, steady } from "/shared/poll.js";
import { request } from "../session.js";
import { texts } from "../texts.js";
import { ask, FormError } from "../ui/dialog.js";
import { badge, button, copyButton, facts, field, heading, messageOf, notice, toast } from "../ui/parts.js";
import { tone } from "../ui/values.js";

const REFRESH = 2_000;
const t = texts.payment;

/** @typedef {Api.Refund & { currency: string }} RefundOfPayment A refund, with the currency of its payment. */

/** @param {Api.Payment} payment */
const leftOf = (payment) => payment.amount - payment.amount_refunded;

/** @param {Api.Payment} payment */
function details(payment) {
  /** @param {number} amount */
  const money = (amount) => formatAmount(amount, payment.currency);
  return h(
    "section",
    { class: "card pad" },
    h("h2", null, t.details),
    facts([
      [
        texts.columns.payment,
        h(
          "span",
          { class: "secret" },
          h("code", { testId: "payment-id" }, payment.id),
          copyButton(() => payment.id, payment.id),
        ),
      ],
      [texts.columns.order, h("code", { testId: "order-id" }, payment.order_id)],
      [texts.columns.method, h("span", { class: "method" }, payment.method)],
      [t.vpa, payment.vpa],
      [t.card, payment.card_last4 && `${payment.card_network} •••• ${payment.card_last4}`],
      [t.captured, payment.captured ? t.yes : t.no],
      [t.refunded, payment.amount_refunded ? `${money(payment.amount_refunded)} (${payment.refund_status})` : null],
      [t.error, payment.error_code && `${payment.error_code}: ${payment.error_description ?? ""}`],
      [texts.columns.created, formatExactTime(payment.created_at)],
    ]),
  );
}

/** @param {Api.TimelineEntry[]} entries */
function timeline(entries) {
  /** @param {Api.TimelineEntry} entry */
  const item = (entry) =>
    h(
      "li",
      { class: tone(entry) },
      h(
        "p",
        null,
        h("strong", null, entry.what),
        " ",
        entry.what.startsWith("webhook")
          ? h("a", { href: `/dashboard/webhooks/${entry.object_id}` }, entry.detail ?? texts.delivery.title)
          : h("span", { class: "muted" }, entry.detail ?? ""),
      ),
      h("time", { class: "muted small", datetime: entry.at }, formatExactTime(entry.at)),
    );
  return h(
    "section",
    { class: "card pad" },
    h("h2", null, t.timeline),
    h("ol", { class: "timeline" }, entries.map(item)),
  );
}

/** @param {RefundOfPayment[]} refunds */
function refundList(refunds) {
  /** @param {RefundOfPayment} refund */
  const item = (refund) =>
    h(
      "li",
      null,
      h("code", null, refund.id),
      badge(refund.status),
      h("span", null, formatAmount(refund.amount, refund.currency)),
      refund.reason && h("span", { class: "muted" }, refund.reason),
      h("time", { class: "muted small", datetime: refund.created_at }, formatDateTime(refund.created_at)),
    );
  return h(
    "section",
    { class: "card pad" },
    h("h2", null, t.refunds),
    refunds.length ? h("ul", { class: "plain" }, refunds.map(item)) : h("p", { class: "muted" }, t.noRefunds),
  );
}

/** @param {Api.Payment} payment @param {() => void} onDone */
function capture(payment, onDone) {
  const idempotencyKey = newIdempotencyKey();
  ask({
    title: t.captureTitle(formatAmount(payment.amount, payment.currency)),
    text: t.captureText,
    confirm: t.capture,
    async onConfirm() {
      await request("POST", `/payments/${payment.id}/capture`, { body: { amount: payment.amount }, idempotencyKey });
      toast(t.captureDone);
      onDone();
    },
  });
}

/** @param {Api.Payment} payment @param {() => void} onDone */
function refund(payment, onDone) {
  let idempotencyKey = newIdempotencyKey();
  const renew = () => {
    idempotencyKey = newIdempotencyKey();
  }; // changed details make another refund
  const amount = h("input", {
    class: "input",
    id: "refund-amount",
    inputmode: "decimal",
    autocomplete: "off",
    required: true,
    onInput: renew,
    value: plainAmount(leftOf(payment), payment.currency),
  });
  const reason = h("input", {
    class: "input",
    id: "refund-reason",
    maxlength: 255,
    autocomplete: "off",
    onInput: renew,
  });
  ask({
    title: t.refundTitle,
    text: t.refundText(formatAmount(leftOf(payment), payment.currency)),
    confirm: t.refundConfirm,
    danger: true,
    testId: "refund-dialog",
    fields: [field(t.refundAmount(payment.currency), amount), field(t.refundReason, reason)],
    async onConfirm() {
      const wanted = parseAmount(amount.value, payment.currency);
      if (!wanted) throw new FormError(t.badAmount);
      const body = { amount: wanted, ...(reason.value.trim() && { reason: reason.value.trim() }) };
      await request("POST", `/payments/${payment.id}/refunds`, { body, idempotencyKey });
      toast(t.refundDone);
      onDone();
    },
  });
}

/** @type {Mount} */
export function mount(root, { params }) {
  const body = h(
    "div",
    { class: "columns" },
    h("span", { class: "card skeleton tall" }),
    h("span", { class: "card skeleton tall" }),
  );
  const head = h("div", null, heading(t.title, params.id));
  const id = params.id ?? "";
  const path = /** @type {const} */ (`/payments/${encodeURIComponent(id)}`);
  /** @type {string | undefined} */
  let shown;

  /** @param {Api.Payment} payment @param {Api.TimelineEntry[]} entries @param {RefundOfPayment[]} refunds */
  function show(payment, entries, refunds) {
    const text = JSON.stringify([payment, entries, refunds]);
    if (text === shown) return;
    shown = text;
    const actions = [
      payment.status === "success" &&
        !payment.captured &&
        button(t.capture, () => capture(payment, polling.now), { id: "capture" }),
      payment.status === "success" &&
        leftOf(payment) > 0 &&
        button(t.refund, () => refund(payment, polling.now), { id: "refund" }),
    ];
    const focused = document.activeElement?.id;
    head.replaceChildren(
      heading(
        h("span", { testId: "amount" }, formatAmount(payment.amount, payment.currency)),
        badge(payment.status, { testId: "status" }),
        actions,
      ),
    );
    body.replaceChildren(h("div", { class: "stack" }, timeline(entries), refundList(refunds)), details(payment));
    if (focused) document.getElementById(focused)?.focus();
  }

  async function refresh() {
    try {
      const [payment, { data: entries }, { data: refunds }] = await Promise.all([
        request("GET", path),
        request("GET", `${path}/timeline`),
        request("GET", "/refunds", { query: { payment_id: id, limit: 100 } }),
      ]);
      show(
        payment,
        entries,
        refunds.map((each) => ({ ...each, currency: payment.currency })),
      );
    } catch (error) {
      if (!shown) body.replaceChildren(notice("bad", isMissing(error) ? t.missing : messageOf(error)));
      if (isMissing(error)) return false;
      throw error;
    }
  }

  root.append(
    h("div", { class: "page" }, h("a", { class: "back", href: "/dashboard/transactions" }, `← ${t.back}`), head, body),
  );
  const polling = poll(refresh, steady(REFRESH));
  return polling.stop;
}
