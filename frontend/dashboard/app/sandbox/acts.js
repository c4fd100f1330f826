/** Decides the outcome of a payment on a test stage, on the payment's own page. */
import { h } from "/shared/dom.js";
import { ask } from "../ui/dialog.js";
import { button, during, field, toast } from "../ui/parts.js";
import { sandbox } from "./api.js";
import { texts } from "./texts.js";
import { actsOn, DECLINES } from "./values.js";

const t = texts.acts;

/** @param {Api.Payment} payment @param {object} body @param {() => void} onDone */
async function act({ id }, body, onDone) {
  await sandbox("POST", `/payments/${id}/act`, body);
  toast(t.done);
  onDone();
}

/** @param {Api.Payment} payment @param {() => void} onDone */
function decline(payment, onDone) {
  const options = DECLINES.map((code) => h("option", { value: code }, code));
  const code = h("select", { class: "input", id: "act-code" }, options);
  ask({
    title: t.declineTitle,
    text: t.declineText,
    fields: [field(t.reason, code)],
    confirm: t.names.decline,
    danger: true,
    onConfirm: () => act(payment, { action: "decline", code: code.value }, onDone),
  });
}

/** @param {Api.Payment} payment @param {() => void} onDone */
function challenge(payment, onDone) {
  const code = h("input", { class: "input", id: "act-code", value: "1234", autocomplete: "off", inputmode: "numeric" });
  ask({
    title: t.challengeTitle,
    text: t.challengeText,
    fields: [field(t.code, code)],
    confirm: t.names.challenge,
    onConfirm: () => act(payment, { action: "challenge", code: code.value.trim() }, onDone),
  });
}

/** @param {import("./values.js").Act} action @param {Api.Payment} payment @param {() => void} onDone */
function actButton(action, payment, onDone) {
  const asks = action === "decline" ? decline : action === "challenge" && payment.next_action ? challenge : null;
  const element = button(
    t.names[action],
    () => (asks ? asks(payment, onDone) : during(element, () => act(payment, { action }, onDone))),
    { id: `act-${action}`, kind: "compact" },
  );
  return element;
}

/**
 * Builds the card with the acts that the payment's state allows.
 * @param {Api.Payment} payment @param {() => void} onDone
 */
export function actsCard(payment, onDone) {
  const buttons = actsOn(payment).map((action) => actButton(action, payment, onDone));
  return h(
    "section",
    { class: "card pad", testId: "sandbox-acts" },
    h("h2", null, t.title),
    h("p", { class: "muted" }, buttons.length ? t.text : t.none),
    buttons.length ? h("div", { class: "actions" }, buttons) : null,
  );
}
