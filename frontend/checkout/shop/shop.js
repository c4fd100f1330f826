/**
 * Runs the demo shop: its server, a route of the test stages, creates an order, and the SDK opens on it.
 * /demo?order_id=…&key=… pays a given order.
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
const parameters = Object.fromEntries(new URLSearchParams(location.search));
const returned = parameters.signature ? parameters : null;
const givenOrder = returned ? undefined : parameters.order_id;
const request = createClient(`${config.apiUrl}/api/v1`);
/**
 * Calls the shop's server, which the API document does not show.
 * @type {(...asked: [string, string, object]) => Promise<any>}
 */
const server = /** @type {any} */ (request);

const quantity = h(
  "select",
  { class: "input", id: "quantity", onChange: labelButton },
  [1, 2, 3].map((count) => h("option", null, String(count))),
);
const buyButton = h("button", { type: "submit", class: "button primary", id: "buy" });
const hostedButton = h(
  "button",
  { type: "button", class: "button quiet", id: "hosted", hidden: Boolean(givenOrder), onClick: () => buy({}, true) },
  texts.hosted,
);
const thanks = h("p", { class: "notice good", id: "thanks", role: "status", tabindex: "-1", hidden: true });
const problem = h("p", { class: "field-error", role: "alert" });
const log = h("ol", { class: "log", "aria-live": "polite" }, h("li", { class: "muted" }, texts.logEmpty));
/** @type {Api.PublicOrder | undefined} */
let order;

const total = () => PRICE * Number(quantity.value);

function labelButton() {
  const amount = order ? formatAmount(order.amount, order.currency) : formatAmount(total());
  buyButton.textContent = givenOrder ? texts.payOrder(amount) : texts.buy(amount);
}

/** Notes a callback, the newest first. @param {string} name @param {object} [data] */
function hear(name, data) {
  if (!log.querySelector("code")) log.replaceChildren();
  log.prepend(h("li", null, h("code", null, `${name}(${data ? JSON.stringify(data, null, 2) : ""})`)));
}

async function apiKey() {
  return parameters.key ?? (await request("GET", "/test/merchant")).api_key ?? "";
}

async function orderId() {
  if (givenOrder) return givenOrder;
  const body = { amount: total(), description: `${quantity.value} × ${texts.product}` };
  return (await server("POST", "/sandbox/shop/orders", { body })).id;
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

/** @param {string} key @param {string} id @param {Record<string, string>} prefill */
function openCheckout(key, id, prefill) {
  const gateway = new window.PaymentGateway({
    key,
    orderId: id,
    checkoutUrl: config.checkoutUrl,
    prefill,
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

/** @param {Record<string, string>} prefill @param {boolean} [hosted] */
async function buy(prefill, hosted = false) {
  problem.textContent = "";
  thanks.hidden = true;
  buyButton.disabled = true;
  buyButton.textContent = texts.buying;
  try {
    const [key, id] = [await apiKey(), await orderId()];
    if (hosted) return location.assign(`/checkout?${new URLSearchParams({ order_id: id, key })}`);
    buyButton.disabled = false; // before the window opens, because its end gives the focus back to this button
    buyButton.focus();
    openCheckout(key, id, prefill);
  } catch (error) {
    problem.textContent = error instanceof ApiError ? error.message : texts.network;
  } finally {
    buyButton.disabled = false;
    labelButton();
  }
}

function product() {
  return h(
    "section",
    { class: "card product" },
    h("div", { class: "picture", "aria-hidden": "true" }, icon(UMBRELLA)),
    h(
      "form",
      {
        class: "pad",
        onSubmit(/** @type {Event} */ event) {
          event.preventDefault();
          buy({});
        },
      },
      h("h2", null, givenOrder ? texts.givenOrder : texts.product),
      h("p", { class: "muted mono" }, givenOrder),
      h("p", { class: "muted", hidden: Boolean(givenOrder) }, texts.description),
      h(
        "div",
        { class: "field", hidden: Boolean(givenOrder) },
        h("label", { for: "quantity" }, texts.quantity),
        quantity,
      ),
      thanks,
      buyButton,
      hostedButton,
      problem,
    ),
  );
}

/** @param {[string, string, Record<string, string>]} example */
function instrument([name, outcome, prefill]) {
  return h(
    "li",
    null,
    h(
      "button",
      { type: "button", class: "button use", "aria-label": texts.use(name), onClick: () => buy(prefill) },
      h("span", { class: "mono" }, name),
      h("span", { class: "muted small" }, outcome),
    ),
  );
}

function instruments() {
  const examples = /** @type {any} */ (texts.examples);
  return h(
    "section",
    { class: "card pad" },
    h("h2", null, texts.instruments),
    h("p", { class: "muted small" }, texts.instrumentsText),
    h("ul", { class: "instruments" }, examples.map(instrument)),
  );
}

/** Shows with what the hosted page sent the payer back, once the shop's server has checked the signature. */
async function welcomeBack() {
  if (!returned) return;
  const { order_id, payment_id, status, signature } = returned;
  const told = { order_id, payment_id, status, signature };
  const { verified } = await server("POST", "/sandbox/shop/verify", { body: told });
  const words = { .../** @type {Record<string, string>} */ (texts.returned) }[status ?? ""] ?? "";
  thanks.replaceChildren(verified ? `${words} ${texts.verified}` : texts.forged);
  thanks.className = `notice ${verified && status === "success" ? "good" : "bad"}`;
  thanks.hidden = false;
  thanks.focus();
}

async function nameOrder() {
  if (!givenOrder) return;
  order = await request("GET", `/orders/${encodeURIComponent(givenOrder)}/public`);
  labelButton();
}

find(document, "#shop").append(
  h(
    "header",
    null,
    h("h1", null, texts.title),
    h("p", { class: "muted" }, texts.tagline),
    h("a", { href: config.dashboardUrl, target: "_blank", rel: "noopener" }, texts.dashboard),
  ),
  h(
    "div",
    { class: "columns" },
    product(),
    h("div", { class: "side" }, instruments(), h("section", { class: "card pad" }, h("h2", null, texts.log), log)),
  ),
);
labelButton();
for (const step of [welcomeBack, nameOrder]) {
  step().catch(() => {
    problem.textContent = texts.network;
  });
}
