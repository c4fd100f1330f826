/** Pieces the checkout and success pages share: the summary, and one panel at a time in the body of the page. */

import { h, icon } from "/shared/dom.js";
import { formatAmount } from "/shared/format.js";
import { icons } from "/shared/icons.js";
import { texts } from "./texts.js";

/** A text of the API, which may be anything, held to what fits a payer's screen. */
const initial = (name) => ([...name.trim()][0] ?? "?").toUpperCase();

export function summary({ id, amount, currency, merchant_name: merchant = "" }) {
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

/** A panel with a mark, a heading that takes the focus when shown, and what follows. */
function panel({ testId, kind, mark, title, role }, ...children) {
  return h(
    "section",
    { class: `panel ${kind ?? ""}`, testId, role, hidden: true },
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
    fill(payment, merchant) {
      message.textContent = texts.success.message(formatAmount(payment.amount, payment.currency), merchant);
      paymentId.textContent = payment.id;
    },
  };
}

function dress(element, title, drawing) {
  element.querySelector("h1").textContent = title;
  element.querySelector(".mark").replaceChildren(icon(drawing));
}

/** A payment that failed, or one of which nobody knows: that one must not look failed, or the payer pays again. */
export function failurePanel(onRetry, onAnother) {
  const message = h("p", { testId: "error-message" });
  const retry = h("button", { type: "button", class: "button primary wide", testId: "retry-button", onClick: onRetry });
  const notCharged = h("p", { class: "small" }, texts.failure.notCharged);
  const other = h("button", { type: "button", class: "button quiet wide", onClick: onAnother });
  const element = panel({ testId: "error-state" }, message, notCharged, retry, other);
  return {
    element,
    fill(text, { title = texts.failure.title, retryText = texts.failure.retry, unknown = false, another } = {}) {
      element.classList.toggle("bad", !unknown);
      dress(element, title, unknown ? icons.clock : icons.cross);
      message.textContent = text;
      notCharged.hidden = unknown;
      retry.textContent = retryText;
      other.textContent = another;
      other.hidden = !another;
    },
  };
}

/** What stands instead of the form when there is nothing to pay or no way to ask. */
export function noticePanel(onRetry) {
  const text = h("p", null);
  const retry = h("button", { type: "button", class: "button wide", onClick: onRetry }, texts.failure.retry);
  const element = panel({}, text, retry);
  return {
    element,
    fill(notice, canRetry) {
      dress(element, notice.title, icons[notice.icon ?? "alert"]);
      text.textContent = notice.text;
      retry.hidden = !canRetry;
    },
  };
}

/** show(element) hides its siblings and moves the focus to its heading, so that a screen reader says what happened. */
export function stack(container, panels) {
  container.append(...panels);
  return function show(element, { focus = true } = {}) {
    for (const other of panels) other.hidden = other !== element;
    if (focus) element.querySelector("h1")?.focus();
  };
}
