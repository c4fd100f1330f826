/** Builds the panel for what the payer must do: scan a code, open an app, or go to the bank's page. */
import { h, icon } from "/shared/dom.js";
import { icons } from "/shared/icons.js";
import { qrCode } from "/shared/qr.js";
import { texts } from "./texts.js";
import { panel } from "./view.js";

/** @typedef {"qr" | "intent" | "code" | "redirect"} Kind */
/** @typedef {NonNullable<Api.PublicPayment["next_action"]>} NextAction */

/** @param {number} milliseconds */
function clock(milliseconds) {
  const seconds = Math.floor(milliseconds / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/**
 * Tells what the payer has to do. A page of our own origin is the test stages' bank: its code page fits into this page,
 * as a card network's does. Any other address takes the whole window.
 * @param {NextAction} action @param {string} method @returns {Kind}
 */
export function kindOf({ type, url }, method) {
  if (type === "upi_qr") return "qr";
  if (type === "upi_intent") return "intent";
  return method === "card" && URL.canParse?.(url) && new URL(url).origin === location.origin ? "code" : "redirect";
}

/** @param {string} url @param {string} text @param {boolean} apart */
const way = (url, text, apart) =>
  h("a", { class: "button primary wide", href: url, target: apart ? "_blank" : null, testId: "action-link" }, text);

/** @type {Record<Kind, (url: string, apart: boolean) => Child>} */
const CONTENT = {
  qr: (url) => h("div", { class: "code", testId: "qr-code", "data-text": url }, qrCode(url, texts.action.qrLabel)),
  intent: (url) => way(url, texts.action.open, false),
  code: (url) => h("iframe", { class: "bank-page", src: url, title: texts.action.bankPage, testId: "bank-frame" }),
  redirect: (url, apart) => way(url, texts.action.goOn, apart),
};

/**
 * Builds the panel. apart: the bank's page opens in a window of its own, because this page is in a frame. testBank
 * returns the address of the test stages' bank, null elsewhere.
 * @param {{ apart: boolean, testBank: (paymentId: string) => string | null, onAnother: () => unknown }} how
 */
export function actionPanel({ apart, testBank, onAnother }) {
  const text = h("p", { role: "status" });
  const content = h("div", { class: "content" });
  const left = h("p", { class: "left small", testId: "action-countdown" });
  const test = h("p", { class: "small test-way", hidden: true });
  const another = h(
    "button",
    { type: "button", class: "button quiet wide", testId: "another-way", onClick: onAnother },
    texts.action.another,
  );
  const element = panel({ testId: "action-state", kind: "action" }, text, content, left, test, another);
  let shown = "";
  let end = 0;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  let ticking;

  function tick() {
    if (element.hidden) return clearInterval(ticking);
    const rest = end - performance.now();
    left.textContent = rest > 0 ? texts.action.left(clock(rest)) : texts.action.over;
  }

  /** @param {Api.PublicPayment} payment @param {NextAction} action */
  function draw(payment, action) {
    const kind = kindOf(action, payment.method);
    const { title, text: words } = texts.action[kind];
    element.dataset.kind = kind;
    Object.assign(element.querySelector("h1") ?? {}, { textContent: title });
    text.textContent = words;
    content.replaceChildren(h("div", null, CONTENT[kind](action.url, apart)));
    const bank = kind === "qr" || kind === "intent" ? testBank(payment.id) : null;
    test.hidden = !bank;
    test.replaceChildren(
      bank
        ? h("a", { href: bank, target: "_blank", testId: "test-bank" }, icon(icons.phone), texts.action.testApp)
        : "",
    );
    another.disabled = false;
  }

  return {
    element,
    another,
    /** Says something new, for example that the connection is gone. @param {string} words */
    say: (words) => {
      if (text.textContent !== words) text.textContent = words;
    },
    /**
     * Shows what the payer must do. seen: milliseconds since this page, or the page before a reload, first saw it. The
     * payer's clock may be wrong, so only durations count.
     * @param {Api.PublicPayment} payment @param {NextAction} action @param {number} seen
     */
    fill(payment, action, seen) {
      if (shown !== action.url) draw(payment, action);
      else this.say(texts.action[kindOf(action, payment.method)].text);
      shown = action.url;
      end = performance.now() + Date.parse(action.expires_at) - Date.parse(payment.updated_at) - seen;
      clearInterval(ticking);
      ticking = setInterval(tick, 1000);
      left.textContent = texts.action.left(clock(Math.max(0, end - performance.now())));
    },
    /** Removes the bank's page or code, so that neither stays after the payment. */
    empty() {
      shown = "";
      clearInterval(ticking);
      content.replaceChildren();
    },
  };
}
