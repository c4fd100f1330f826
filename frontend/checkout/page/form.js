/** Builds the payment form: the methods that the order can be paid with, and one pay button in the form in use. */
import { find, h, icon } from "/shared/dom.js";
import { icons } from "/shared/icons.js";
import { FIELDS, instrument } from "./card.js";
import { buildFields, handleChips, keepFocus, watchErrors } from "./fields.js";
import { options } from "./options.js";
import { texts } from "./texts.js";

/** @type {Record<Api.FormMethod, IconName>} */
const DRAWINGS = { upi: "phone", card: "card", netbanking: "bank" };
/** The methods that move rupees only. @type {Api.FormMethod[]} */
const RUPEES = ["upi", "netbanking"];

/** @param {Api.FormMethod} method @param {(method: Api.FormMethod) => void} onChoose */
function methodChoice(method, onChoose) {
  return h(
    "label",
    { class: "method", testId: `method-${method}` },
    h("input", { type: "radio", name: "method", value: method, onChange: () => onChoose(method) }),
    icon(icons[DRAWINGS[method]]),
    h("span", null, texts[method]),
  );
}

/** @param {(instrument: Api.Instrument) => void} onPay */
function upiWays(onPay) {
  /** @param {"qr" | "intent"} flow @param {IconName} drawing @param {string} text */
  const way = (flow, drawing, text) =>
    h(
      "button",
      {
        type: "button",
        class: "button way",
        testId: `upi-${flow}`,
        onMousedown: keepFocus,
        onClick: () => onPay({ method: "upi", flow }),
      },
      icon(icons[drawing]),
      text,
    );
  return h(
    "div",
    { class: "ways" },
    way("qr", "qr", texts.upiQr),
    way("intent", "phone", texts.upiApp),
    h("p", { class: "or muted small" }, texts.orVpa),
  );
}

function bankChoice() {
  const select = h(
    "select",
    { class: "input", id: "bank", testId: "bank-select", value: options.prefill.bank ?? "SBIN" },
    Object.entries(texts.banks).map(([code, name]) => h("option", { value: code }, name)),
  );
  const element = h(
    "div",
    { class: "field" },
    h("label", { for: "bank" }, texts.bank),
    select,
    h("p", { class: "muted small" }, texts.bankNote),
  );
  return { element, select };
}

/**
 * Builds the form. onPay(request) gets the instrument's part of the payment request; setOrder names what is paid.
 * @param {{ onPay: (instrument: Api.Instrument) => void, onCancel: (() => void) | null }} handlers
 */
export function paymentForm({ onPay, onCancel }) {
  const fields = buildFields();
  const bank = bankChoice();
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
    else onPay(instrument(method, { ...values(), bank: bank.select.value }));
  }

  /** @param {string} testId @param {Child[]} children */
  const formOf = (testId, ...children) => h("form", { testId, novalidate: true, onSubmit: submit }, ...children);
  const forms = {
    upi: formOf("upi-form", upiWays(onPay), fields.vpa.element, handleChips(fields.vpa.input)),
    card: formOf(
      "card-form",
      fields.number.element,
      h("div", { class: "pair" }, fields.expiry.element, fields.cvv.element),
      fields.holder.element,
    ),
    netbanking: formOf("netbanking-form", bank.element),
  };

  /** @param {Api.FormMethod} chosen */
  function choose(chosen) {
    method = chosen;
    for (const [name, form] of Object.entries(forms)) form.hidden = name !== chosen;
    forms[chosen].append(button);
    Object.assign(find(choices, `[value=${chosen}]`), { checked: true });
  }

  /** @param {FieldName} name @param {string} [value] */
  function put(name, value) {
    if (!value) return;
    fields[name].input.value = value;
    fields[name].input.dispatchEvent(new Event("input"));
  }

  const choices = h(
    "fieldset",
    { class: "methods", testId: "payment-methods" },
    h("legend", { class: "label" }, texts.method),
    options.methods.map((name) => methodChoice(name, choose)),
  );
  const element = h(
    "section",
    { class: "pay-form", hidden: true },
    heading,
    choices,
    Object.values(forms),
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
  choose(options.methods[0] ?? "card");
  put("vpa", options.prefill.vpa);
  put("holder", options.prefill.holder);

  return {
    element,
    choose,
    put,
    /** Tells whether there is only one way to pay. */
    single: () => choices.querySelectorAll("input").length < 2,
    /** Proposes another method than the one that failed. */
    chooseAnother() {
      const offered = [...choices.querySelectorAll("input")].map(
        (input) => /** @type {Api.FormMethod} */ (input.value),
      );
      choose(offered.find((name) => name !== method) ?? method);
    },
    /** Shows only what the order's currency can be paid with. @param {Api.PublicOrder} order @param {string} amount */
    setOrder({ merchant_name: merchant, currency }, amount) {
      heading.textContent = texts.title(merchant);
      button.textContent = texts.pay(amount);
      const allowed = options.methods.filter((name) => currency === "INR" || !RUPEES.includes(name));
      const offered = allowed.length ? allowed : /** @type {Api.FormMethod[]} */ (["card"]);
      choices.replaceChildren(find(choices, "legend"), ...offered.map((name) => methodChoice(name, choose)));
      const wanted = offered.find((name) => name === options.prefill.method) ?? offered[0];
      choose(wanted ?? "card");
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
