/** Small pieces that every page uses. */
import { h, icon } from "/shared/dom.js";
import { ApiError } from "/shared/http.js";
import { icons } from "/shared/icons.js";
import { texts } from "../texts.js";

/** @type {Record<string, Tone>} */
const TONES = {
  success: "good",
  processed: "good",
  paid: "good",
  captured: "good",
  running: "good",
  enabled: "good",
  failed: "bad",
  stopped: "bad",
  disabled: "bad",
  pending: "warn",
  attempted: "warn",
};

/** The API's own word; the style sheet capitalises it. @param {string} status @param {Attributes} [attributes] */
export const badge = (status, attributes) =>
  h("span", { class: `badge ${TONES[status] ?? ""}`, ...attributes }, status);

/** @param {unknown} error */
export const messageOf = (error) => (error instanceof ApiError ? error.message : texts.network);

/** @type {Partial<Record<Tone, string>>} */
const MARKS = { good: icons.check, sent: icons.clock };

/** "sent" is neither good nor bad yet. @param {Tone} tone @param {string} text */
export const notice = (tone, text) =>
  h(
    "p",
    { class: `notice ${tone}`, role: tone === "bad" ? "alert" : "status" },
    icon(MARKS[tone] ?? icons.alert),
    h("span", null, text),
  );

/** @param {Child} title @param {Child} text @param {Child[]} actions */
export function heading(title, text, ...actions) {
  return h(
    "header",
    { class: "heading" },
    h("div", null, h("h1", null, title), text && h("p", { class: "muted" }, text)),
    h("div", { class: "actions" }, actions),
  );
}

/**
 * @param {string} label @param {() => unknown} onClick
 * @param {Attributes & { drawing?: string, kind?: string }} [look]
 */
export function button(label, onClick, { drawing, kind = "", ...attributes } = {}) {
  return h(
    "button",
    { type: "button", class: `button ${kind}`, onClick, ...attributes },
    drawing && icon(drawing),
    label,
  );
}

const toasts = h("div", { class: "toasts", role: "status", "aria-live": "polite", popover: "manual" });

/**
 * Shown anew each time, as what is shown last is above: a dialog that opened meanwhile would cover it.
 * @param {string} text
 */
export function toast(text) {
  document.body.append(toasts);
  toasts.showPopover?.();
  const item = h("p", { class: "toast" }, text);
  toasts.append(item);
  setTimeout(() => item.remove(), 4_000);
}

/** Whether the browser lets it; over plain http it has no clipboard at all. @param {string} text */
const copy = async (text) =>
  navigator.clipboard?.writeText(text).then(
    () => true,
    () => false,
  );

/**
 * getText is asked when clicked, so that a secret is copied only once it is shown.
 * @param {() => string} getText @param {string} label
 */
export function copyButton(getText, label) {
  return h(
    "button",
    {
      type: "button",
      class: "button quiet compact",
      "aria-label": texts.copyNamed(label),
      title: texts.copy,
      onClick: async () => {
        const copied = await copy(getText());
        toast(copied ? texts.copied(label) : texts.notCopied);
      },
    },
    icon(icons.copy),
  );
}

/**
 * Runs an action of a button, which is disabled meanwhile; an error is told in a toast.
 * @param {HTMLButtonElement} element @param {() => Promise<unknown>} action
 */
export async function during(element, action) {
  element.disabled = true;
  try {
    await action();
  } catch (error) {
    toast(messageOf(error));
  } finally {
    element.disabled = false;
  }
}

/** @param {[string, Child][]} pairs */
export function facts(pairs) {
  return h(
    "dl",
    { class: "facts" },
    pairs
      .filter(([, value]) => value !== null && value !== undefined && value !== "")
      .map(([name, value]) => h("div", null, h("dt", null, name), h("dd", null, value))),
  );
}

/** @param {string} label @param {HTMLElement} input @param {string} [hint] */
export function field(label, input, hint) {
  const hintId = hint ? `${input.id}-hint` : null;
  if (hintId) input.setAttribute("aria-describedby", hintId);
  return h(
    "div",
    { class: "field" },
    h("label", { for: input.id }, label),
    input,
    hint && h("p", { class: "muted small", id: hintId }, hint),
  );
}

/**
 * It scrolls, so the keyboard gets there, and then it needs a name.
 * @param {string} text @param {string} label @param {Attributes} [attributes]
 */
export function codeBlock(text, label, attributes) {
  return h(
    "div",
    { class: "code" },
    h("pre", { tabindex: "0", role: "group", "aria-label": label, ...attributes }, h("code", null, text)),
    copyButton(() => text, label),
  );
}
