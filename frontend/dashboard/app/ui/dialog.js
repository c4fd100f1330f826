/** Asks before an action that cannot be undone, or shows a short form. The native dialog has focus trap and Esc. */
import { find, h } from "/shared/dom.js";
import { texts } from "../texts.js";
import { messageOf } from "./parts.js";

/** Shows in words what is wrong with the input. */
export class FormError extends Error {}

let number = 0;

function nextId() {
  number += 1;
  return `dialog-${number}`;
}

/**
 * Adds the dialog to the page, so that both go together. The next page, or the next person, must not find it.
 * @param {HTMLDialogElement} dialog
 */
function open(dialog) {
  find(document, "#main").append(dialog);
  dialog.showModal();
}

/** @param {Question} question */
export function ask({ title, text, fields = [], confirm, danger = false, testId, preview, onConfirm }) {
  const titleId = nextId();
  const problem = h("p", { class: "field-error", role: "alert" });
  const submit = h("button", { type: "submit", class: `button ${danger ? "danger" : "primary"}` }, confirm);
  const cancel = h("button", { type: "button", class: "button", onClick: () => dialog.close() }, texts.cancel);
  const outlook = h("p", { class: "outlook", role: "status", hidden: !preview });
  const form = h(
    "form",
    { onSubmit: act, onInput: foresee },
    h("h2", { id: titleId }, title),
    text && h("p", { class: "muted" }, text),
    fields,
    outlook,
    problem,
    h("div", { class: "actions" }, cancel, submit),
  );
  /** @type {HTMLDialogElement} */
  const dialog = h("dialog", { "aria-labelledby": titleId, testId, onClose: () => dialog.remove() }, form);

  /** @param {Event} event */
  async function act(event) {
    event.preventDefault();
    if (submit.disabled) return;
    submit.disabled = true;
    problem.textContent = "";
    try {
      await onConfirm();
      dialog.close();
    } catch (error) {
      problem.textContent = error instanceof FormError ? error.message : messageOf(error);
      submit.disabled = false;
    }
  }

  function foresee() {
    if (!preview) return;
    const seen = preview();
    submit.textContent = seen.confirm;
    outlook.textContent = seen.text;
  }

  foresee();
  open(dialog);
}

/**
 * Shows something once, such as a new secret.
 * @param {{ title: string, text: string, content: Child }} what
 */
export function tell({ title, text, content }) {
  const titleId = nextId();
  /** @type {HTMLDialogElement} */
  const dialog = h(
    "dialog",
    { "aria-labelledby": titleId, onClose: () => dialog.remove() },
    h(
      "form",
      {
        onSubmit: (event) => {
          event.preventDefault();
          dialog.close();
        },
      },
      h("h2", { id: titleId }, title),
      h("p", { class: "muted" }, text),
      content,
      h("div", { class: "actions" }, h("button", { class: "button primary" }, texts.done)),
    ),
  );
  open(dialog);
}
