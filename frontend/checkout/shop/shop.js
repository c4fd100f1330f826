/**
 * Runs the demo shop: creates an order as a shop's server would, and opens the SDK on it. /demo?order_id=…&key=… pays a
 * given order.
 */
import { config } from "/config.js";
import { find, h, icon } from "/shared/dom.js";
import { formatAmount } from "/shared/format.js";
import { ApiError, createClient } from "/shared/http.js";
import { icons } from "/shared/icons.js";
import { texts } from "./texts.js";

const PRICE = 49_900; // minor units of INR
const UMBRELLA = [
  "M12 3v2M3 13a9 8.5 0 0 1 18 0c-1.5-1.6-4.5-1.6-6 0-1.5-1.6-4.5-1.6-6 0-1.5-1.6-4.5-1.6-6 0z",
  "M12 12v6.5a2 2 0 0 1-4 0",
].join("");
const parameters = new URLSearchParams(location.search);
const givenOrder = parameters.get("order_id");

const keyInput = h("input", {
  class: "input mono",
  id: "key",
  autocomplete: "off",
  spellcheck: "false",
  value: parameters.get("key") ?? "",
});
const secretInput = h("input", {
  class: "input mono",
  id: "secret",
  type: "password",
  autocomplete: "off",
  "aria-describedby": "secret-hint",
});
const quantity = h(
  "select",
  { class: "input", id: "quantity", onChange: labelButton },
  [1, 2, 3].map((count) => h("option", null, String(count))),
);
const buyButton = h("button", { type: "submit", class: "button primary", id: "buy" });
const thanks = h("p", { class: "notice good", id: "thanks", role: "status", tabindex: "-1", hidden: true });
const problem = h("p", { class: "field-error", role: "alert" });
const log = h("ol", { class: "log", "aria-live": "polite" }, h("li", { class: "muted" }, texts.logEmpty));

const total = () => PRICE * Number(quantity.value);

function labelButton() {
  buyButton.textContent = givenOrder ? texts.payOrder(givenOrder) : texts.buy(formatAmount(total()));
}

/** @param {string} name @param {object} [data] */
function hear(name, data) {
  if (!log.querySelector("code")) log.replaceChildren();
  log.append(h("li", null, h("code", null, `${name}(${data ? JSON.stringify(data, null, 2) : ""})`)));
}

async function createOrder() {
  const keys = { "X-Api-Key": keyInput.value.trim(), "X-Api-Secret": secretInput.value.trim() };
  const request = createClient(`${config.apiUrl}/api/v1`, () => keys);
  const body = {
    amount: total(),
    currency: "INR",
    receipt: `demo-${Date.now()}`,
    notes: { product: texts.product, quantity: quantity.value },
  };
  return request("POST", "/orders", { body });
}

/**
 * Shows the thanks. A given order is paid once, but the shop can sell its own product again.
 * @param {{ amount: number, currency: string }} payment
 */
function thank({ amount, currency }) {
  thanks.replaceChildren(icon(icons.check), texts.thanks(formatAmount(amount, currency)));
  thanks.hidden = false;
  buyButton.hidden = Boolean(givenOrder);
}

/** @param {string} orderId */
function openCheckout(orderId) {
  const gateway = new window.PaymentGateway({
    key: keyInput.value.trim(),
    orderId,
    checkoutUrl: config.checkoutUrl,
    onSuccess(data) {
      hear("onSuccess", data);
      thank(data);
    },
    onFailure: (data) => hear("onFailure", data),
    onClose() {
      hear("onClose");
      thanks.focus(); // without effect while the element is hidden
    },
  });
  gateway.open();
}

/** @param {Event} event */
async function buy(event) {
  event.preventDefault();
  problem.textContent = "";
  thanks.hidden = true;
  if (givenOrder) return openCheckout(givenOrder);
  if (!keyInput.value.trim() || !secretInput.value.trim()) {
    problem.textContent = texts.missing;
    return (keyInput.value.trim() ? secretInput : keyInput).focus();
  }
  buyButton.disabled = true;
  buyButton.textContent = texts.buying;
  try {
    const order = await createOrder();
    buyButton.disabled = false; // before the window opens, because its end gives the focus back to this button
    buyButton.focus();
    openCheckout(order.id);
  } catch (error) {
    problem.textContent = error instanceof ApiError ? error.message : texts.network;
  } finally {
    buyButton.disabled = false;
    labelButton();
  }
}

function setup() {
  return h(
    "section",
    { class: "card pad", hidden: Boolean(givenOrder) },
    h("h2", null, texts.setup),
    h("p", { class: "muted small" }, texts.setupText),
    h("div", { class: "field" }, h("label", { for: "key" }, texts.key), keyInput),
    h(
      "div",
      { class: "field" },
      h("label", { for: "secret" }, texts.secret),
      secretInput,
      h("p", { class: "muted small", id: "secret-hint" }, texts.secretHint),
    ),
  );
}

function product() {
  return h(
    "section",
    { class: "card product" },
    h("div", { class: "picture", "aria-hidden": "true" }, icon(UMBRELLA)),
    h(
      "div",
      { class: "pad" },
      h("h2", null, texts.product),
      h("p", { class: "muted" }, texts.description),
      h(
        "div",
        { class: "field", hidden: Boolean(givenOrder) },
        h("label", { for: "quantity" }, texts.quantity),
        quantity,
      ),
      thanks,
      buyButton,
      problem,
    ),
  );
}

function instruments() {
  return h(
    "section",
    { class: "card pad" },
    h("h2", null, texts.instruments),
    h(
      "table",
      null,
      h("thead", { class: "sr-only" }, h("tr", null, h("th", null, texts.instrument), h("th", null, texts.outcome))),
      h(
        "tbody",
        null,
        texts.examples.map(([what, outcome]) =>
          h("tr", null, h("td", { class: "mono" }, what), h("td", { class: "muted small" }, outcome)),
        ),
      ),
    ),
  );
}

async function prefillKey() {
  if (keyInput.value) return;
  const request = createClient(`${config.apiUrl}/api/v1`);
  const merchant = await request("GET", "/test/merchant").catch(() => null); // test stages only
  if (merchant && !keyInput.value) keyInput.value = merchant.api_key ?? "";
}

document.title = texts.title;
find(document, "#shop").append(
  h(
    "header",
    null,
    h("h1", null, texts.title),
    h("p", { class: "muted" }, texts.tagline),
    h("a", { href: config.dashboardUrl, target: "_blank", rel: "noopener" }, texts.dashboard),
  ),
  h(
    "form",
    { class: "columns", onSubmit: buy },
    product(),
    h(
      "div",
      { class: "side" },
      setup(),
      instruments(),
      h("section", { class: "card pad" }, h("h2", null, texts.log), log),
    ),
  ),
);
labelButton();
prefillKey();
