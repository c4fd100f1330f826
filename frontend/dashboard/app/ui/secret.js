/** Shows a secret behind a button. Loads it on a click, and removes it from the page when it is hidden again. */
import { h } from "/shared/dom.js";
import { texts } from "../texts.js";
import { button, copyButton, during } from "./parts.js";

/**
 * Builds the row. show(secret) shows another secret; show(null) hides it. load returns null when no secret is left.
 * @param {{ testId: string, label: string, load: () => Promise<string | null>, extras?: Child[] }} options
 */
export function revealer({ testId, label, load, extras = [] }) {
  /** @type {string | null} */
  let secret = null;
  const value = h("code", { testId }, texts.home.mask);
  const copy = copyButton(() => secret ?? "", label);
  const toggle = button(texts.home.reveal, () => during(toggle, async () => show(secret ? null : await load())), {
    kind: "compact",
    "aria-label": `${texts.home.reveal} ${label}`,
  });

  /** @param {string | null} text */
  function show(text) {
    secret = text;
    value.textContent = text ?? texts.home.mask;
    copy.hidden = !text;
    toggle.textContent = text ? texts.home.hide : texts.home.reveal;
    toggle.setAttribute("aria-label", `${toggle.textContent} ${label}`);
  }

  show(null);
  const element = h("div", { class: "secret" }, value, copy, toggle, extras);
  return Object.assign(element, { show });
}
