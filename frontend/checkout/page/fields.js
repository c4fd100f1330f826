/** Builds the fields of the payment form, and says in words what is wrong beside each. */
import { h, icon } from "/shared/dom.js";
import { icons } from "/shared/icons.js";
import { cvvLength, digitsOf, groupExpiry, groupNumber, isWholeNumber, networkOf, problemWith } from "./card.js";
import { texts } from "./texts.js";

const HANDLES = ["@upi", "@oksbi", "@okhdfcbank", "@okicici", "@ybl", "@paytm"];
/** @type {Network[]} */
const BRANDS = ["visa", "mastercard", "amex", "rupay"];
const STRAY = 800; // milliseconds in which a Tab is meant for the field that the page has just left by itself

/** @param {FieldName} name @param {Child} label @param {Attributes} attributes @param {Child[]} extras */
function field(name, label, attributes, ...extras) {
  const errorId = `${name}-error`;
  const input = h("input", { class: "input", id: name, "aria-describedby": errorId, required: true, ...attributes });
  const error = h("p", { class: "field-error", id: errorId, "aria-live": "polite" });
  const element = h(
    "div",
    { class: "field" },
    h("label", { for: name }, label),
    h("div", { class: "control" }, input, extras),
    error,
  );
  return { element, input, error };
}

/**
 * Formats a field while the payer types. The caret stays behind the same digit.
 * @param {HTMLInputElement} input @param {(text: string, deleting?: boolean) => string} format
 */
function formatAsTyped(input, format) {
  input.addEventListener("input", (event) => {
    const caret = input.selectionStart ?? input.value.length;
    const before = digitsOf(input.value.slice(0, caret)).length;
    const atEnd = caret === input.value.length;
    input.value = format(input.value, event instanceof InputEvent && event.inputType.startsWith("delete"));
    if (atEnd) return;
    let position = 0;
    for (let seen = 0; seen < before && position < input.value.length; position += 1) {
      if (/\d/.test(input.value.charAt(position))) seen += 1;
    }
    input.setSelectionRange(position, position);
  });
}

/**
 * Moves on to the next field once this one is complete. A payer who presses Tab at the same moment stays in the next
 * field.
 * @param {HTMLInputElement} input @param {HTMLInputElement} next @param {() => boolean} isComplete
 */
function moveOn(input, next, isComplete) {
  let moved = Number.NEGATIVE_INFINITY;
  input.addEventListener("input", (event) => {
    if (!(event instanceof InputEvent) || !event.inputType.startsWith("insert")) return;
    if (input.selectionStart !== input.value.length || next.value || !isComplete()) return;
    moved = event.timeStamp;
    next.focus();
  });
  next.addEventListener("keydown", (event) => {
    const stray = event.key === "Tab" && !event.shiftKey && !next.value && event.timeStamp - moved < STRAY;
    if (stray) event.preventDefault();
    moved = Number.NEGATIVE_INFINITY;
  });
}

/**
 * Leaves the focus in the present field on a click. Without the focus the field could show an error, which would move
 * the button away from under the click.
 * @param {Event} event
 */
export const keepFocus = (event) => event.preventDefault();

/** @param {HTMLInputElement} input */
export function handleChips(input) {
  /** @param {string} handle */
  const choose = (handle) => {
    input.value = input.value.replace(/@.*/s, "").trim() + handle;
    input.focus();
    input.dispatchEvent(new Event("input"));
  };
  return h(
    "div",
    { class: "chips", role: "group", "aria-label": texts.handles },
    HANDLES.map((handle) =>
      h("button", { type: "button", class: "chip", onMousedown: keepFocus, onClick: () => choose(handle) }, handle),
    ),
  );
}

function vpaField() {
  const good = h(
    "span",
    { class: "good-mark", hidden: true },
    icon(icons.check),
    h("span", { class: "sr-only" }, texts.vpaGood),
  );
  const made = field(
    "vpa",
    texts.vpa,
    {
      testId: "vpa-input",
      placeholder: texts.vpaPlaceholder,
      inputmode: "email",
      autocomplete: "off",
      autocapitalize: "none",
      spellcheck: "false",
      maxlength: 255,
    },
    good,
  );
  made.input.addEventListener("input", () => {
    good.hidden = Boolean(problemWith("vpa", { vpa: made.input.value }));
  });
  return made;
}

/** @param {HTMLElement} network */
function numberField(network) {
  const brands = h(
    "span",
    { class: "brands", "aria-hidden": "true" },
    BRANDS.map((name) => h("span", { class: "brand", "data-network": name }, texts.networks[name])),
  );
  return field(
    "number",
    [texts.number, brands],
    {
      testId: "card-number-input",
      placeholder: texts.numberPlaceholder,
      inputmode: "numeric",
      autocomplete: "cc-number",
    },
    network,
  );
}

export function buildFields() {
  const network = h("span", { class: "network", "aria-live": "polite" });
  const fields = {
    vpa: vpaField(),
    number: numberField(network),
    expiry: field("expiry", texts.expiry, {
      testId: "expiry-input",
      placeholder: texts.expiryPlaceholder,
      inputmode: "numeric",
      autocomplete: "cc-exp",
    }),
    cvv: field("cvv", texts.cvv, {
      testId: "cvv-input",
      placeholder: "123",
      inputmode: "numeric",
      autocomplete: "cc-csc",
      title: texts.cvvHelp,
    }),
    holder: field("holder", texts.holder, {
      testId: "cardholder-name-input",
      placeholder: texts.holderPlaceholder,
      autocomplete: "cc-name",
      maxlength: 100,
    }),
  };
  bringToLife(fields, network);
  return fields;
}

/** @param {Record<FieldName, FormField>} fields @param {HTMLElement} network */
function bringToLife({ number, expiry, cvv, holder }, network) {
  const name = () => networkOf(digitsOf(number.input.value));
  formatAsTyped(number.input, groupNumber);
  formatAsTyped(expiry.input, groupExpiry);
  formatAsTyped(cvv.input, (text) => digitsOf(text).slice(0, cvvLength(name())));
  number.input.addEventListener("input", () => {
    network.textContent = texts.networks[name()];
    network.dataset.network = name();
    cvv.input.placeholder = "1234".slice(0, cvvLength(name()));
  });
  moveOn(number.input, expiry.input, () => isWholeNumber(number.input.value));
  moveOn(expiry.input, cvv.input, () => !problemWith("expiry", { expiry: expiry.input.value }));
  moveOn(cvv.input, holder.input, () => digitsOf(cvv.input.value).length === cvvLength(name()));
}

/**
 * Shows a field's error when the field loses the focus, hides it during a correction, and shows all errors on a submit.
 * @param {Record<FieldName, FormField>} fields
 */
export function watchErrors(fields) {
  const names = /** @type {FieldName[]} */ (Object.keys(fields));
  const values = () =>
    /** @type {FormValues} */ (Object.fromEntries(names.map((name) => [name, fields[name].input.value])));
  /** @param {FieldName} name @param {string} text */
  const say = (name, text) => {
    const { input, error } = fields[name];
    error.textContent = text;
    if (text) input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
  };
  /** @param {FieldName} name */
  const check = (name) => {
    const problem = problemWith(name, values());
    const text = problem ? texts.errors[problem] : "";
    say(name, typeof text === "function" ? text(cvvLength(networkOf(digitsOf(fields.number.input.value)))) : text);
    return !problem;
  };
  for (const name of names) {
    const { input } = fields[name];
    input.addEventListener("blur", () => input.value && check(name));
    input.addEventListener("input", () => {
      if (input.hasAttribute("aria-invalid")) check(name);
    });
  }
  return { values, say, check };
}
