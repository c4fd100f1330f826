/** Builds the small pieces that every page uses. */
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
  open: "warn",
  won: "good",
  lost: "bad",
  attempted: "warn",
  returned: "bad",
  retrying: "warn",
};

/**
 * Shows the API's own word, which the style sheet capitalises.
 * @param {string} status @param {Attributes} [attributes]
 */
export const badge = (status, attributes) =>
  h("span", { class: `badge ${TONES[status] ?? ""}`, ...attributes }, status);

/** @param {unknown} error */
export const messageOf = (error) =>
  error instanceof ApiError ? error.message : navigator.onLine === false ? texts.offline : texts.network;

/** @type {Partial<Record<Tone, string>>} */
const MARKS = { good: icons.check, sent: icons.clock };

/**
 * Builds a notice. "sent" is neither good nor bad yet.
 * @param {Tone} tone @param {string} text @param {string} [role]
 */
export const notice = (tone, text, role = tone === "bad" ? "alert" : "status") =>
  h("p", { class: `notice ${tone}`, role }, icon(MARKS[tone] ?? icons.alert), h("span", null, text));

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

/** @type {HTMLElement | undefined} */
let toasts;

/**
 * Shows a toast. Each toast is shown anew, because the last shown element is on top: a later dialog would cover it.
 * @param {string} text
 */
export function toast(text) {
  toasts ??= h("div", { class: "toasts", role: "status", "aria-live": "polite", popover: "manual" });
  document.body.append(toasts);
  toasts.showPopover?.();
  const item = h("p", { class: "toast" }, text);
  toasts.append(item);
  setTimeout(() => item.remove(), 4_000);
}

/**
 * Copies a text. Tells whether the browser allowed it; over plain http there is no clipboard at all.
 * @param {string} text
 */
const copy = async (text) =>
  navigator.clipboard?.writeText(text).then(
    () => true,
    () => false,
  );

/**
 * Builds a copy button. A click calls getText, so that a secret can be copied only once it is shown.
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
 * Runs an action of a button, which is disabled meanwhile. A toast shows an error.
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

/** Builds an id or an address with a copy button. @param {string} text @param {Attributes} [attributes] */
export const copyable = (text, attributes) =>
  h(
    "span",
    { class: "secret" },
    h("code", attributes ?? null, text),
    copyButton(() => text, text),
  );

/** @param {[string, Child][]} pairs */
export function facts(pairs) {
  return h(
    "dl",
    { class: "facts" },
    pairs
      .filter(([, value]) => value !== null && value !== undefined && value !== "" && value !== false)
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
 * Builds a block of code. The block scrolls, so the keyboard must reach it, and the focus needs a name.
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
