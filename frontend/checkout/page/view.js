/** Builds the shared parts of the checkout and success pages: the summary, and the panels in the body of the page. */

import { find, h, icon } from "/shared/dom.js";
import { formatAmount } from "/shared/format.js";
import { icons } from "/shared/icons.js";
import { texts } from "./texts.js";

/** Cuts a text of the API, which may be of any length, to fit a payer's screen. @param {string} name */
const initial = (name) => ([...name.trim()][0] ?? "?").toUpperCase();

/** @param {Api.PublicOrder} order */
export function summary({ id, amount, currency, merchant_name: merchant }) {
  return h(
    "section",
    { class: "summary", testId: "order-summary", "aria-label": texts.order },
    h(
      "p",
      { class: "merchant" },
      h("span", { class: "avatar", "aria-hidden": "true" }, initial(merchant)),
      h("span", null, h("span", { class: "muted small" }, texts.payTo), h("strong", null, merchant)),
    ),
    h("p", { class: "amount", testId: "order-amount" }, formatAmount(amount, currency)),
    h("p", { class: "order small muted" }, `${texts.order} `, h("span", { class: "mono", testId: "order-id" }, id)),
  );
}

/**
 * Builds a panel with a mark, a heading that takes the focus when shown, and further content.
 * @param {{ testId?: string, kind?: string, mark?: Child, title?: string }} look @param {Child[]} children
 */
function panel({ testId, kind, mark, title }, ...children) {
  return h(
    "section",
    { class: `panel ${kind ?? ""}`, testId, hidden: true },
    h("div", { class: "mark", "aria-hidden": "true" }, mark),
    h("h1", { tabindex: "-1" }, title),
    ...children,
  );
}

export function processingPanel() {
  const message = h("p", { testId: "processing-message", role: "status" });
  const element = panel(
    { testId: "processing-state", mark: h("span", { class: "spinner" }), title: texts.processing.title },
    message,
  );
  return {
    element,
    /** @param {string} text */
    say: (text) => {
      if (message.textContent !== text) message.textContent = text;
    },
  };
}

export function successPanel() {
  const message = h("p", { testId: "success-message" });
  const paymentId = h("span", { class: "mono", testId: "payment-id" });
  const element = panel(
    { testId: "success-state", kind: "good", mark: icon(icons.check), title: texts.success.title },
    message,
    h("p", { class: "receipt" }, h("span", { class: "muted small" }, texts.success.paymentId), paymentId),
    h("p", { class: "muted small" }, texts.success.note),
  );
  return {
    element,
    /** @param {Api.PublicPayment} payment @param {string} [merchant] */
    fill(payment, merchant) {
      message.textContent = texts.success.message(formatAmount(payment.amount, payment.currency), merchant);
      paymentId.textContent = payment.id;
    },
  };
}

/** @param {HTMLElement} element @param {string} title @param {IconName} drawing */
function dress(element, title, drawing) {
  find(element, "h1").textContent = title;
  find(element, ".mark").replaceChildren(icon(icons[drawing]));
}

/**
 * Builds the panel for a failed or unknown payment. An unknown payment must not look failed, or the payer pays again.
 * @param {() => unknown} onRetry @param {() => unknown} [onAnother]
 */
export function failurePanel(onRetry, onAnother) {
  const message = h("p", { testId: "error-message" });
  const retry = h("button", { type: "button", class: "button primary wide", testId: "retry-button", onClick: onRetry });
  const notCharged = h("p", { class: "small" }, texts.failure.notCharged);
  const other = h("button", { type: "button", class: "button quiet wide", onClick: onAnother });
  const element = panel({ testId: "error-state" }, message, notCharged, retry, other);
  return {
    element,
    /** @param {string} text @param {FailureOptions} [options] */
    fill(text, { title = texts.failure.title, retryText = texts.failure.retry, unknown = false, another } = {}) {
      element.classList.toggle("bad", !unknown);
      dress(element, title, unknown ? "clock" : "cross");
      message.textContent = text;
      notCharged.hidden = unknown;
      retry.textContent = retryText;
      other.textContent = another ?? null;
      other.hidden = !another;
    },
  };
}

/**
 * Builds the notice that replaces the form when there is nothing to pay or no way to ask.
 * @param {() => unknown} onRetry
 */
export function noticePanel(onRetry) {
  const text = h("p", null);
  const retry = h("button", { type: "button", class: "button wide", onClick: onRetry }, texts.failure.retry);
  const element = panel({}, text, retry);
  return {
    element,
    /** @param {Notice} notice @param {boolean} canRetry */
    fill(notice, canRetry) {
      dress(element, notice.title, notice.icon ?? "alert");
      text.textContent = notice.text;
      retry.hidden = !canRetry;
    },
  };
}

/**
 * Returns show(element), which hides its siblings and moves the focus to its heading, so that a screen reader reads it.
 * @param {HTMLElement} container @param {HTMLElement[]} panels
 */
export function stack(container, panels) {
  container.append(...panels);
  /** @param {HTMLElement} element */
  return function show(element, { focus = true } = {}) {
    for (const other of panels) other.hidden = other !== element;
    if (focus) find(element, "h1").focus();
  };
}
