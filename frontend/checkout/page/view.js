/** Builds the shared parts of the checkout and receipt pages: the summary, and the panels in the body of the page. */
import { find, h, icon } from "/shared/dom.js";
import { formatAmount } from "/shared/format.js";
import { icons } from "/shared/icons.js";
import { language, switchLanguage, texts } from "./texts.js";

/** Cuts a text of the API, which may be of any length, to fit a payer's screen. @param {string} name */
const initial = (name) => ([...name.trim()][0] ?? "?").toUpperCase();

/**
 * Shows the merchant's logo, or the first letter of the name while there is none.
 * @param {Api.PublicOrder["merchant"]} merchant
 */
function avatar({ name, logo_url: logo }) {
  const letter = h("span", { class: "avatar", "aria-hidden": "true" }, initial(name));
  if (!logo || !/^(https?:|data:image\/)/i.test(logo)) return letter;
  const image = h("img", {
    class: "avatar logo",
    src: logo,
    alt: "",
    width: 40,
    height: 40,
    referrerpolicy: "no-referrer",
  });
  image.addEventListener("error", () => image.replaceWith(letter));
  return image;
}

/** @param {Api.PublicOrder} order @param {boolean} testMode */
export function summary({ id, amount, currency, merchant_name: merchant, merchant: look, description }, testMode) {
  return h(
    "section",
    { class: "summary", testId: "order-summary", "aria-label": texts.order },
    h(
      "p",
      { class: "merchant" },
      avatar(look),
      h("span", null, h("span", { class: "muted small" }, texts.payTo), h("strong", null, merchant)),
      testMode && h("span", { class: "badge warn", testId: "test-mode", title: texts.testModeText }, texts.testMode),
    ),
    h("p", { class: "amount", testId: "order-amount" }, formatAmount(amount, currency)),
    h("p", { class: "description", hidden: !description }, description),
    h("p", { class: "order small muted" }, `${texts.order} `, h("span", { class: "mono", testId: "order-id" }, id)),
  );
}

/** Builds the last line: who processes the payment, and the other language. */
export function footer() {
  return h(
    "footer",
    { class: "foot muted small" },
    h("span", null, texts.poweredBy),
    h(
      "button",
      { type: "button", class: "language", lang: language === "hi" ? "en" : "hi", onClick: switchLanguage },
      texts.language,
    ),
  );
}

/**
 * Builds a panel with a mark, a heading that takes the focus when shown, and further content.
 * @param {{ testId?: string, kind?: string, mark?: Child, title?: string }} look @param {Child[]} children
 */
export function panel({ testId, kind, mark, title }, ...children) {
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

/** @param {HTMLElement} element @param {string} title @param {IconName} drawing */
export function dress(element, title, drawing) {
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
  const back = h("a", { class: "button quiet wide", testId: "return-link", hidden: true }, texts.success.back);
  const element = panel({ testId: "error-state" }, message, notCharged, retry, other, back);
  return {
    element,
    /** @param {string} text @param {FailureOptions} [options] */
    fill(
      text,
      { title = texts.failure.title, retryText = texts.failure.retry, unknown = false, spent = false, another } = {},
    ) {
      element.classList.toggle("bad", !unknown);
      dress(element, title, unknown ? "clock" : "cross");
      message.textContent = text;
      notCharged.hidden = unknown;
      retry.textContent = retryText;
      retry.hidden = spent;
      back.hidden = true;
      other.textContent = another ?? null;
      other.hidden = !another;
    },
    /** Offers the way back to the shop. @param {string} url */
    offerReturn(url) {
      back.href = url;
      back.hidden = !/^https?:/i.test(url);
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
