/** A question before something that cannot be undone, or a short form. The native dialog brings focus trap and Esc. */
import { h } from "/shared/dom.js";
import { texts } from "../texts.js";
import { messageOf } from "./parts.js";

/** What is wrong with what was typed, in words. */
export class FormError extends Error {}

let number = 0;

/** Inside the page, with which it goes: the next one, or the next person to sign in, must not find it. */
function open(dialog) {
  document.getElementById("main").append(dialog);
  dialog.showModal();
}

/** onConfirm may throw: its message is shown and the dialog stays. `fields` are nodes of the form. */
export function ask({ title, text, fields = [], confirm, danger = false, testId, onConfirm }) {
  const titleId = `dialog-${(number += 1)}`;
  const problem = h("p", { class: "field-error", role: "alert" });
  const submit = h("button", { type: "submit", class: `button ${danger ? "danger" : "primary"}` }, confirm);
  const cancel = h("button", { type: "button", class: "button", onClick: () => dialog.close() }, texts.cancel);
  const form = h(
    "form",
    { onSubmit: act },
    h("h2", { id: titleId }, title),
    text && h("p", { class: "muted" }, text),
    fields,
    problem,
    h("div", { class: "actions" }, cancel, submit),
  );
  const dialog = h("dialog", { "aria-labelledby": titleId, testId, onClose: () => dialog.remove() }, form);

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

  open(dialog);
}

/** Shows something once, such as a new secret. */
export function tell({ title, text, content }) {
  const titleId = `dialog-${(number += 1)}`;
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
