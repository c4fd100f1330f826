/** Builds the payment form: two methods, one pay button in the form in use, and errors in words beside each field. */
import { find, h, icon } from "/shared/dom.js";
import { icons } from "/shared/icons.js";
import { cvvLength, digitsOf, FIELDS, groupExpiry, groupNumber, instrument, networkOf, problemWith } from "./card.js";
import { texts } from "./texts.js";

const HANDLES = ["@upi", "@oksbi", "@okhdfcbank", "@okicici", "@ybl", "@paytm"];

/** @param {FieldName} name @param {string} label @param {Attributes} attributes @param {Child[]} extras */
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

/** @param {Api.FormMethod} method @param {string} drawing @param {(method: Api.FormMethod) => void} onChoose */
function methodChoice(method, drawing, onChoose) {
  return h(
    "label",
    { class: "method", testId: `method-${method}` },
    h("input", { type: "radio", name: "method", value: method, onChange: () => onChoose(method) }),
    icon(drawing),
    texts[method],
  );
}

/**
 * Leaves the focus in the present field on a click. Without the focus the field could show an error, which would move
 * the button away from under the click.
 * @param {Event} event
 */
const keepFocus = (event) => event.preventDefault();

/** @param {HTMLInputElement} input @param {() => void} recheck */
function handleChips(input, recheck) {
  /** @param {string} handle */
  const choose = (handle) => {
    input.value = input.value.replace(/@.*/s, "").trim() + handle;
    input.focus();
    recheck();
  };
  return h(
    "div",
    { class: "chips", role: "group", "aria-label": texts.handles },
    HANDLES.map((handle) =>
      h("button", { type: "button", class: "chip", onMousedown: keepFocus, onClick: () => choose(handle) }, handle),
    ),
  );
}

function buildFields() {
  const network = h("span", { class: "network", "aria-live": "polite" });
  const good = h(
    "span",
    { class: "good-mark", hidden: true },
    icon(icons.check),
    h("span", { class: "sr-only" }, texts.vpaGood),
  );
  const fields = {
    vpa: field(
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
    ),
    number: field(
      "number",
      texts.number,
      {
        testId: "card-number-input",
        placeholder: texts.numberPlaceholder,
        inputmode: "numeric",
        autocomplete: "cc-number",
      },
      network,
    ),
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
    }),
    holder: field("holder", texts.holder, {
      testId: "cardholder-name-input",
      placeholder: texts.holderPlaceholder,
      autocomplete: "cc-name",
      maxlength: 100,
    }),
  };
  formatAsTyped(fields.number.input, groupNumber);
  formatAsTyped(fields.expiry.input, groupExpiry);
  formatAsTyped(fields.cvv.input, (text) =>
    digitsOf(text).slice(0, cvvLength(networkOf(digitsOf(fields.number.input.value)))),
  );
  fields.number.input.addEventListener("input", () => showNetwork(network, fields));
  fields.vpa.input.addEventListener("input", () => {
    good.hidden = Boolean(problemWith("vpa", { vpa: fields.vpa.input.value }));
  });
  return fields;
}

/** @param {HTMLElement} badge @param {Record<FieldName, FormField>} fields */
function showNetwork(badge, { number, cvv }) {
  const name = networkOf(digitsOf(number.input.value));
  badge.textContent = texts.networks[name];
  badge.dataset.network = name;
  cvv.input.placeholder = "1234".slice(0, cvvLength(name));
}

/**
 * Shows a field's error when the field loses the focus, hides it during a correction, and shows all errors on a submit.
 * @param {Record<FieldName, FormField>} fields
 */
function watchErrors(fields) {
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

/**
 * Builds the form. onPay(request) gets the instrument's part of the payment request; setOrder names what is paid.
 * @param {{ onPay: (instrument: Api.Instrument) => void, onCancel: (() => void) | null }} handlers
 */
export function paymentForm({ onPay, onCancel }) {
  const fields = buildFields();
  const { values, say, check } = watchErrors(fields);
  const button = h("button", { type: "submit", class: "button primary wide pay", testId: "pay-button" });
  const heading = h("h1", { class: "sr-only", tabindex: "-1" });
  /** @type {Api.FormMethod} */
  let method = "upi";

  /** @param {Event} event */
  function submit(event) {
    event.preventDefault();
    const [wrong] = FIELDS[method].filter((name) => !check(name));
    if (wrong) fields[wrong].input.focus();
    else onPay(instrument(method, values()));
  }

  const forms = {
    upi: h(
      "form",
      { testId: "upi-form", novalidate: true, onSubmit: submit },
      fields.vpa.element,
      handleChips(fields.vpa.input, () => fields.vpa.input.dispatchEvent(new Event("input"))),
    ),
    card: h(
      "form",
      { testId: "card-form", novalidate: true, onSubmit: submit },
      fields.number.element,
      h("div", { class: "pair" }, fields.expiry.element, fields.cvv.element),
      fields.holder.element,
    ),
  };

  /** @param {Api.FormMethod} chosen */
  function choose(chosen) {
    method = chosen;
    for (const [name, form] of Object.entries(forms)) form.hidden = name !== chosen;
    forms[chosen].append(button);
    Object.assign(find(choices, `[value=${chosen}]`), { checked: true });
  }

  const choices = h(
    "fieldset",
    { class: "methods", testId: "payment-methods" },
    h("legend", { class: "label" }, texts.method),
    methodChoice("upi", icons.phone, choose),
    methodChoice("card", icons.card, choose),
  );
  const element = h(
    "section",
    { class: "pay-form", hidden: true },
    heading,
    choices,
    forms.upi,
    forms.card,
    h("p", { class: "assurance muted small" }, icon(icons.lock), texts.secured),
    h(
      "button",
      {
        type: "button",
        class: "button quiet wide",
        hidden: !onCancel,
        onMousedown: keepFocus,
        onClick: onCancel ?? undefined,
      },
      texts.cancel,
    ),
  );
  choose(method);

  return {
    element,
    choose,
    /** @param {string} merchant @param {string} amount */
    setOrder(merchant, amount) {
      heading.textContent = texts.title(merchant);
      button.textContent = texts.pay(amount);
    },
    /** Shows the API's message on a field. @param {FieldName} name @param {string} text */
    complain(name, text) {
      choose(name === "vpa" ? "upi" : "card");
      say(name, text);
      fields[name].input.focus();
    },
    /** Clears the form after the last payment, so that the entered data does not stay in the page. */
    forget() {
      for (const { input, error } of Object.values(fields)) {
        input.value = "";
        input.removeAttribute("aria-invalid");
        error.textContent = "";
        input.dispatchEvent(new Event("input"));
      }
    },
    /** Clears the CVV, which is for one attempt only. */
    forgetCvv: () => {
      fields.cvv.input.value = "";
    },
  };
}
