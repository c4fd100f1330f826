/** Captures, voids and refunds a payment. Each dialog says what follows before a person confirms. */
import { h } from "/shared/dom.js";
import { formatAmount, parseAmount, plainAmount } from "/shared/format.js";
import { newIdempotencyKey } from "/shared/http.js";
import { request } from "../session.js";
import { texts } from "../texts.js";
import { ask, FormError } from "./dialog.js";
import { exampleAmount } from "./money.js";
import { button, field, toast } from "./parts.js";

const t = texts.payment;

/** @param {Api.Payment} payment */
export const leftOf = (payment) => payment.amount - payment.amount_refunded;

/** @param {Api.Payment} payment */
const isHeld = (payment) => payment.status === "success" && !payment.captured;

/** @param {Api.Payment} payment @param {() => void} onDone */
function capture(payment, onDone) {
  const idempotencyKey = newIdempotencyKey();
  const amount = formatAmount(payment.amount, payment.currency);
  ask({
    title: t.captureTitle(amount),
    text: t.captureText,
    confirm: t.captureConfirm(amount),
    async onConfirm() {
      await request("POST", `/payments/${payment.id}/capture`, { body: { amount: payment.amount }, idempotencyKey });
      toast(t.captureDone);
      onDone();
    },
  });
}

/** @param {Api.Payment} payment @param {() => void} onDone */
function release(payment, onDone) {
  const idempotencyKey = newIdempotencyKey();
  const amount = formatAmount(payment.amount, payment.currency);
  ask({
    title: t.voidTitle(amount),
    text: t.voidText,
    confirm: t.voidConfirm(amount),
    danger: true,
    async onConfirm() {
      await request("POST", `/payments/${payment.id}/void`, { idempotencyKey });
      toast(t.voidDone);
      onDone();
    },
  });
}

/** @param {Api.Payment} payment @param {() => void} onDone */
function refund(payment, onDone) {
  const { currency } = payment;
  const left = leftOf(payment);
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
    autofocus: true,
    onInput: renew,
    value: plainAmount(left, currency),
  });
  const reason = h("input", {
    class: "input",
    id: "refund-reason",
    maxlength: 255,
    autocomplete: "off",
    list: "refund-reasons",
    onInput: renew,
  });
  const reasons = h(
    "datalist",
    { id: "refund-reasons" },
    t.refundReasons.map((value) => h("option", { value })),
  );
  const all = button(
    t.refundAll,
    () => {
      amount.value = plainAmount(left, currency);
      amount.dispatchEvent(new Event("input", { bubbles: true }));
    },
    { kind: "compact quiet" },
  );
  ask({
    title: t.refundTitle,
    text: t.refundText(formatAmount(left, currency)),
    confirm: t.refund,
    danger: true,
    testId: "refund-dialog",
    fields: [
      h("div", { class: "with-button" }, all, field(t.refundAmount(currency), amount)),
      field(t.refundReason, reason),
      reasons,
    ],
    preview() {
      const wanted = parseAmount(amount.value, currency);
      if (!wanted || wanted > left) return { confirm: t.refund, text: t.refundNone };
      const remains = formatAmount(left - wanted, currency);
      return { confirm: t.refundConfirm(formatAmount(wanted, currency)), text: t.remains(remains) };
    },
    async onConfirm() {
      const wanted = parseAmount(amount.value, currency);
      if (!wanted) throw new FormError(t.badAmount(exampleAmount(currency)));
      const body = { amount: wanted, ...(reason.value.trim() && { reason: reason.value.trim() }) };
      await request("POST", `/payments/${payment.id}/refunds`, { body, idempotencyKey });
      toast(t.refundDone);
      onDone();
    },
  });
}

/** Returns the buttons that the payment's state allows. @param {Api.Payment} payment @param {() => void} onDone */
export function paymentActions(payment, onDone) {
  const isRefundable = payment.status === "success" && leftOf(payment) > 0;
  const isUntouched = isHeld(payment) && payment.amount_refunded === 0;
  return [
    isRefundable && button(t.refund, () => refund(payment, onDone), { id: "refund" }),
    isUntouched && button(t.void, () => release(payment, onDone), { id: "void" }),
    isUntouched && button(t.capture, () => capture(payment, onDone), { id: "capture", kind: "primary" }),
  ];
}
