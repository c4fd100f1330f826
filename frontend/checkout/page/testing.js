/** Offers the test stages' instruments: one click fills the form. Other stages do not have this file. */
import { h } from "/shared/dom.js";
import { options } from "./options.js";
import { texts } from "./texts.js";

const VPAS = ["success@upi", "failure@upi", "slow@upi"];
/** Test cards and what becomes of them. @type {[string, string][]} */
const CARDS = [
  ["4111111111111111", "Visa ✓"],
  ["5555555555554444", "Mastercard ✓"],
  ["4000002760003184", "OTP"],
  ["4000000000000002", "✕"],
];

/** @typedef {ReturnType<typeof import("./form.js").paymentForm>} Form */

/** @param {Form} form @param {string} number */
function fillCard(form, number) {
  form.choose("card");
  form.put("number", number);
  form.put("expiry", `12/${String(new Date().getFullYear() + 3).slice(2)}`);
  form.put("cvv", "123");
  form.put("holder", "Test Payer");
}

/** @param {string} text @param {() => void} onClick */
const chip = (text, onClick) => h("button", { type: "button", class: "chip", onClick }, text);

/** @param {Form} form */
export function testInstruments(form) {
  const upi = VPAS.map((vpa) =>
    chip(vpa, () => {
      form.choose("upi");
      form.put("vpa", vpa);
    }),
  );
  const cards = CARDS.map(([number, outcome]) =>
    chip(`•••• ${number.slice(-4)} ${outcome}`, () => fillCard(form, number)),
  );
  form.element.append(
    h(
      "div",
      { class: "testing", testId: "test-instruments", role: "group", "aria-label": texts.testMode },
      h("p", { class: "small muted" }, `${texts.testMode}. ${texts.testModeText} ${texts.testFill}`),
      h("div", { class: "chips" }, upi, cards),
    ),
  );
  if (options.prefill.card) fillCard(form, options.prefill.card);
}
