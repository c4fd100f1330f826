/** Creates orders and builds the links to their checkout. */
import { config } from "/config.js";
import { find, h } from "/shared/dom.js";
import { formatAmount, parseAmount } from "/shared/format.js";
import { newIdempotencyKey } from "/shared/http.js";
import { qrCode } from "/shared/qr.js";
import { profile } from "../profile.js";
import { request } from "../session.js";
import { texts } from "../texts.js";
import { ask, FormError, tell } from "./dialog.js";
import { exampleAmount } from "./money.js";
import { copyButton, facts, field } from "./parts.js";

const t = texts.orders;
const LEAST = 100; // minor units of any currency: the API's minimum
const CURRENCIES = ["INR", "USD", "EUR", "GBP", "JPY", "KWD"];

/** Returns the key that an order's links carry. Without it they would lead nowhere. */
export const linkKey = async () => (await profile()).api_key;

/** @param {"checkout" | "demo"} page @param {Api.Order} order @param {string} key */
const linkTo = (page, order, key) =>
  `${config.checkoutUrl}/${page}?${new URLSearchParams({ order_id: order.id, key })}`;

/** @param {Api.Order} order */
export const isOpen = (order) => ["created", "attempted"].includes(order.status);

/**
 * Builds the links of an order. withCopy: where the whole link does not stand beside them.
 * @param {Api.Order} order @param {string | null} key
 */
export function links(order, key, { withCopy = true } = {}) {
  if (!isOpen(order) || !key) return null;
  /** @param {"checkout" | "demo"} page @param {string} label */
  const link = (page, label) =>
    h(
      "a",
      {
        href: linkTo(page, order, key),
        target: "_blank",
        rel: "noopener",
        "aria-label": `${label} ${order.id}`,
      },
      label,
    );
  return h(
    "span",
    { class: "secret links" },
    link("checkout", t.link),
    withCopy && copyButton(() => linkTo("checkout", order, key), t.copyLink(order.id)),
    config.demo && link("demo", t.demo),
  );
}

/** Shows the whole link, to be copied, read or scanned. @param {Api.Order} order @param {string | null} key */
export function visibleLink(order, key) {
  if (!isOpen(order) || !key) return null;
  const url = linkTo("checkout", order, key);
  return [
    h(
      "div",
      { class: "link-box" },
      h("code", null, url),
      copyButton(() => url, t.copyLink(order.id)),
    ),
    h("details", { class: "fold" }, h("summary", null, t.qr), h("div", { class: "qr" }, qrCode(url, t.qrLabel))),
  ];
}

/**
 * Hands the link to the person's own programs; the gateway sends nothing.
 * @param {Api.Order} order @param {string | null} key
 */
export function sending(order, key) {
  if (!isOpen(order) || !key) return null;
  const text = encodeURIComponent(
    t.message(formatAmount(order.amount, order.currency), order.description ?? "", linkTo("checkout", order, key)),
  );
  const { email = "", contact = "" } = order.customer ?? {};
  const phone = (contact ?? "").replace(/[^\d+]/g, "");
  const ways = {
    email: `mailto:${encodeURIComponent(email ?? "")}?body=${text}`,
    sms: `sms:${phone}?body=${text}`,
    whatsapp: `https://wa.me/${phone.replace("+", "")}?text=${text}`,
  };
  return h(
    "div",
    { class: "actions" },
    Object.entries(ways).map(([name, href]) =>
      h(
        "a",
        { class: "button compact", href, target: "_blank", rel: "noopener noreferrer" },
        t.ways[/** @type {keyof typeof ways} */ (name)],
      ),
    ),
  );
}

/** @param {(order: Api.Order) => void} onDone */
export function createOrder(onDone) {
  let idempotencyKey = newIdempotencyKey();
  const renew = () => {
    idempotencyKey = newIdempotencyKey();
  }; // changed details make another order
  /** @param {string} id @param {Attributes} [more] */
  const input = (id, more) =>
    h("input", { class: "input", id: `order-${id}`, autocomplete: "off", onInput: renew, ...more });
  const amount = input("amount", { inputmode: "decimal", required: true });
  const choose = () => {
    renew();
    find(amountField, "p").textContent = t.amountHint(exampleAmount(currency.value));
  };
  const currency = h(
    "select",
    { class: "input", id: "order-currency", onChange: choose },
    CURRENCIES.map((code) => h("option", null, code)),
  );
  const amountField = field(t.amount, amount, t.amountHint(exampleAmount("INR")));
  const receipt = input("receipt", { maxlength: 255 });
  const description = input("description", { maxlength: 255 });
  const note = input("note", { maxlength: 256 });
  ask({
    title: t.create,
    confirm: t.create,
    testId: "order-dialog",
    fields: [
      amountField,
      field(t.currency, currency),
      field(t.receipt, receipt),
      field(t.description, description),
      field(t.notes, note),
    ],
    async onConfirm() {
      const minor = parseAmount(amount.value, currency.value);
      if (minor === null) throw new FormError(t.badAmount(exampleAmount(currency.value)));
      if (minor < LEAST) throw new FormError(t.tooLittle(formatAmount(LEAST, currency.value)));
      const body = {
        amount: minor,
        currency: currency.value,
        ...(receipt.value.trim() && { receipt: receipt.value.trim() }),
        ...(description.value.trim() && { description: description.value.trim() }),
        ...(note.value.trim() && { notes: { note: note.value.trim() } }),
      };
      const key = await linkKey();
      const order = await request("POST", "/orders", { body, idempotencyKey });
      onDone(order);
      tell({
        title: t.created,
        text: t.createdText,
        content: h(
          "div",
          { class: "stack" },
          facts([[texts.columns.order, h("a", { href: `/dashboard/orders/${order.id}` }, h("code", null, order.id))]]),
          visibleLink(order, key),
          sending(order, key),
          links(order, key, { withCopy: false }),
        ),
      });
    },
  });
}
