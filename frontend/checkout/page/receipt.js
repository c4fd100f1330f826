/** Builds the receipt: what was paid, to whom, when and how, what came back, and the way back to the shop. */
import { h, icon } from "/shared/dom.js";
import { formatAmount } from "/shared/format.js";
import { icons } from "/shared/icons.js";
import { language, texts } from "./texts.js";
import { dress, panel } from "./view.js";

const SECONDS = 5; // until the page goes back to the shop by itself

/** @param {string} iso */
const moment = (iso) =>
  new Intl.DateTimeFormat(language === "hi" ? "hi-IN" : [...navigator.languages, "en"], {
    dateStyle: "long",
    timeStyle: "short",
  }).format(new Date(iso));

/** @param {Api.PublicPayment} payment */
function paidWith({ method, vpa, card_network: network = "unknown", card_last4: last4, bank = "" }) {
  if (method === "card") return `${texts.networks[network] || texts.card} •••• ${last4}`;
  if (method === "netbanking") return { .../** @type {Record<string, string>} */ (texts.banks) }[bank] ?? bank;
  return vpa ? `${texts.upi} · ${vpa}` : texts.upi;
}

/**
 * @param {Api.PublicPayment} payment
 * @param {Partial<Api.PublicOrder> | undefined} order @returns {[string, Child][]}
 */
function facts(payment, order) {
  const { facts: names, paymentId } = texts.success;
  const amount = formatAmount(payment.amount, payment.currency);
  const refunded = payment.amount_refunded ? formatAmount(payment.amount_refunded, payment.currency) : null;
  /** @type {[string, Child][]} */
  const all = [
    [names.merchant, order?.merchant_name],
    [names.description, order?.description],
    [names.amount, amount],
    [names.refunded, refunded],
    [names.method, paidWith(payment)],
    [names.date, moment(payment.captured_at ?? payment.updated_at)],
    [texts.order, h("span", { class: "mono" }, payment.order_id)],
    [paymentId, h("span", { class: "mono", testId: "payment-id" }, payment.id)],
  ];
  return all.filter(([, value]) => value);
}

/** Tells whether a link of the API may become a link of the page. @param {string} url */
const isWeb = (url) => /^https?:\/\//i.test(url);

export function receiptPanel() {
  const message = h("p", { testId: "success-message" });
  const list = h("dl", { class: "facts" });
  const back = h("a", { class: "button primary wide", testId: "return-link", hidden: true }, texts.success.back);
  const soon = h("p", { class: "muted small", role: "status", hidden: true });
  const note = h("p", { class: "muted small" }, texts.success.note);
  const print = h(
    "button",
    {
      type: "button",
      class: "button quiet print",
      onClick() {
        stay();
        window.print();
      },
    },
    icon(icons.print),
    texts.success.print,
  );
  const element = panel(
    { testId: "success-state", kind: "good", title: texts.success.title },
    message,
    list,
    back,
    soon,
    note,
    print,
  );
  /** @type {ReturnType<typeof setInterval> | undefined} */
  let counting;

  function stay() {
    clearInterval(counting);
    soon.hidden = true;
  }

  /** @param {string} url */
  function goSoon(url) {
    let rest = SECONDS;
    const count = () => {
      soon.textContent = texts.success.soon(rest);
      if (rest === 0) {
        stay();
        location.assign(url);
      }
      rest -= 1;
    };
    soon.hidden = false;
    count();
    counting = setInterval(count, 1000);
  }

  return {
    element,
    /** @param {Api.PublicPayment} payment @param {Partial<Api.PublicOrder>} [order] */
    fill(payment, order) {
      const share = payment.refund_status;
      dress(element, share ? texts.success.refunded[share] : texts.success.title, share ? "undo" : "check");
      message.textContent = share
        ? texts.success.refundedText(formatAmount(payment.amount_refunded, payment.currency))
        : texts.success.message(formatAmount(payment.amount, payment.currency), order?.merchant_name);
      list.replaceChildren(
        ...facts(payment, order).flatMap(([name, value]) => [h("dt", null, name), h("dd", null, value)]),
      );
    },
    /** Offers the way back to the shop. bySelf: the page goes there after a few seconds. @param {string} url */
    offerReturn(url, bySelf = false) {
      if (!isWeb(url)) return;
      back.href = url;
      back.hidden = false;
      note.hidden = true;
      if (bySelf) goSoon(url);
    },
  };
}
