/**
 * Plays the payer's bank on test stages, in a second window, on a phone, or within the checkout: approves, declines,
 * asks for a code, or just waits.
 */
import { config } from "/config.js";
import { find, h, icon } from "/shared/dom.js";
import { formatAmount } from "/shared/format.js";
import { createClient, isMissing, isRefusal } from "/shared/http.js";
import { icons } from "/shared/icons.js";
import { easing, poll } from "/shared/poll.js";
import { recall } from "/shared/storage.js";
import { texts } from "./texts.js";

const paymentId = new URLSearchParams(location.search).get("payment_id") ?? "";
const path = encodeURIComponent(paymentId);
const request = createClient(`${config.apiUrl}/api/v1`);
/**
 * Calls the test stages' own route, which the API document does not show.
 * @type {(body: object) => Promise<Api.PublicPayment>}
 */
const actAt = (body) => /** @type {any} */ (request)("POST", `/sandbox/payments/${path}/act`, { body });
const page = find(document, "#bank");
const framed = window.parent !== window;
const problem = h("p", { class: "field-error", role: "alert", id: "code-error" });

/** @param {Child[]} children */
const fill = (...children) => page.replaceChildren(...children.flat().map((child) => /** @type {Node} */ (child)));

/** @param {"good" | "bad" | ""} kind @param {IconName} drawing @param {string} text */
function end(kind, drawing, text) {
  const back = framed ? null : recall(`bank-return:${paymentId}`);
  const heading = h("h1", { tabindex: "-1" }, text);
  const isOurs = typeof back === "string" && new URL(back).origin === location.origin;
  const next = isOurs
    ? h("a", { class: "button primary", href: back }, texts.goBack)
    : h("p", { class: "muted" }, framed ? "" : texts.close);
  fill(h("section", { class: `ending ${kind}`, testId: "bank-ending" }, icon(icons[drawing]), heading, next));
  heading.focus();
  if (isOurs) location.replace(back);
}

/** @param {string} action @param {string} [code] */
async function act(action, code) {
  for (const button of page.querySelectorAll("button")) button.disabled = true;
  try {
    await actAt(code === undefined ? { action } : { action, code });
    if (action === "approve" || action === "challenge") end("good", "check", texts.approved);
    else end("bad", "cross", texts.refused);
  } catch (error) {
    refused(error);
  } finally {
    for (const button of page.querySelectorAll("button")) button.disabled = false;
  }
}

/** @param {unknown} error */
function refused(error) {
  if (!isRefusal(error)) problem.textContent = texts.offline;
  else if (error.field === "code") problem.textContent = texts.wrong(/\d+$/.exec(error.message)?.[0] ?? "");
  else end("", "clock", texts.over);
  page.querySelector("input")?.select();
}

/** @param {string} text @param {string} kind @param {() => unknown} onClick */
const button = (text, kind, onClick) => h("button", { type: "button", class: `button ${kind}`, onClick }, text);

function codeForm() {
  const input = h("input", {
    class: "input",
    id: "code",
    inputmode: "numeric",
    autocomplete: "one-time-code",
    maxlength: 10,
    "aria-describedby": "code-hint code-error",
  });
  /** @param {Event} event */
  const submit = (event) => {
    event.preventDefault();
    problem.textContent = input.value.trim() ? "" : texts.codeMissing;
    if (input.value.trim()) act("challenge", input.value.trim());
  };
  return h(
    "form",
    { onSubmit: submit },
    h("div", { class: "field" }, h("label", { for: "code" }, texts.code), input, problem),
    h(
      "div",
      { class: "pair" },
      h("button", { class: "button primary", type: "submit" }, texts.confirm),
      button(texts.cancel, "", () => act("cancel")),
    ),
    h("p", { class: "muted small", id: "code-hint" }, texts.codeHint),
  );
}

const consent = () => [
  h("p", { class: "account small" }, h("span", { class: "muted" }, texts.from), texts.account),
  button(texts.approve, "primary", () => act("approve")),
  h(
    "div",
    { class: "pair" },
    button(texts.decline, "", () => act("decline")),
    button(texts.cancel, "", () => act("cancel")),
  ),
  problem,
  h("p", { class: "muted small" }, texts.wait),
];

/** @param {Api.PublicPayment} payment @param {string} merchant */
function ask(payment, merchant) {
  const isCard = payment.method === "card";
  document.title = texts.titles[payment.method];
  fill(
    h(
      "header",
      null,
      h("h1", { class: "brand small" }, icon(isCard ? icons.lock : icons.bank), texts.titles[payment.method]),
      h("span", { class: "badge warn" }, texts.test),
    ),
    h(
      "p",
      { class: "payee" },
      h("span", { class: "muted" }, texts.pay),
      h("strong", null, formatAmount(payment.amount, payment.currency)),
      h("span", { class: "muted" }, `${texts.to} ${merchant}`),
    ),
    isCard ? codeForm() : consent(),
  );
}

/** @param {Api.PublicPayment} payment */
async function show(payment) {
  if (payment.status !== "pending") {
    end("", "clock", texts.over);
    return false;
  }
  if (!payment.next_action) return true; // the bank has not asked yet
  const order = await request("GET", `/orders/${encodeURIComponent(payment.order_id)}/public`);
  ask(payment, order.merchant_name);
  return false;
}

page.classList.toggle("framed", framed);
poll(async () => {
  try {
    return await show(await request("GET", `/payments/${path}/public`));
  } catch (error) {
    end("", "alert", isMissing(error) ? texts.unknown : texts.offline);
    return false;
  }
}, easing());
