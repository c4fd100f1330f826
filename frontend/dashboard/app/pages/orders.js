/** Shows the orders and their checkout links, and creates orders. */
import { config } from "/config.js";
import { h } from "/shared/dom.js";
import { formatAmount, formatDateTime, parseAmount } from "/shared/format.js";
import { newIdempotencyKey } from "/shared/http.js";
import { icons } from "/shared/icons.js";
import { request } from "../session.js";
import { texts } from "../texts.js";
import { ask, FormError, tell } from "../ui/dialog.js";
import { badge, button, copyButton, facts, field, heading } from "../ui/parts.js";
import { liveTable } from "../ui/table.js";
import { remembering } from "../ui/values.js";

const t = texts.orders;
const LEAST = 100; // minor units of any currency: the API's minimum
const CURRENCIES = ["INR", "USD", "EUR", "GBP", "JPY"];

/** @param {"checkout" | "demo"} page @param {Api.Order} order @param {string} key */
const linkTo = (page, order, key) =>
  `${config.checkoutUrl}/${page}?${new URLSearchParams({ order_id: order.id, key })}`;

/**
 * Builds an order's links. They carry the key, without which they would lead nowhere.
 * @param {Api.Order} order @param {string | null} key
 */
function links(order, key) {
  if (order.status === "paid" || !key) return h("span", { class: "muted" }, texts.none);
  return h(
    "span",
    { class: "secret" },
    h(
      "a",
      {
        href: linkTo("checkout", order, key),
        target: "_blank",
        rel: "noopener",
        "aria-label": `${t.link} ${order.id}`,
      },
      t.link,
    ),
    copyButton(() => linkTo("checkout", order, key), t.copyLink(order.id)),
    config.demo &&
      h(
        "a",
        { href: linkTo("demo", order, key), target: "_blank", rel: "noopener", "aria-label": `${t.demo} ${order.id}` },
        t.demo,
      ),
  );
}

/** @param {() => Promise<string | null>} apiKey @param {() => void} onDone */
function create(apiKey, onDone) {
  let idempotencyKey = newIdempotencyKey();
  const renew = () => {
    idempotencyKey = newIdempotencyKey();
  }; // changed details make another order
  const amount = h("input", {
    class: "input",
    id: "order-amount",
    inputmode: "decimal",
    autocomplete: "off",
    required: true,
    onInput: renew,
  });
  const currency = h(
    "select",
    { class: "input", id: "order-currency", onChange: renew },
    CURRENCIES.map((code) => h("option", null, code)),
  );
  const receipt = h("input", {
    class: "input",
    id: "order-receipt",
    maxlength: 255,
    autocomplete: "off",
    onInput: renew,
  });
  const note = h("input", { class: "input", id: "order-note", maxlength: 256, autocomplete: "off", onInput: renew });
  ask({
    title: t.create,
    confirm: t.create,
    testId: "order-dialog",
    fields: [
      field(t.amount, amount, t.amountHint),
      field(t.currency, currency),
      field(t.receipt, receipt),
      field(t.notes, note),
    ],
    async onConfirm() {
      const minor = parseAmount(amount.value, currency.value);
      if (minor === null) throw new FormError(t.badAmount);
      if (minor < LEAST) throw new FormError(t.tooLittle(formatAmount(LEAST, currency.value)));
      const body = {
        amount: minor,
        currency: currency.value,
        ...(receipt.value.trim() && { receipt: receipt.value.trim() }),
        ...(note.value.trim() && { notes: { note: note.value.trim() } }),
      };
      const key = await apiKey();
      const order = await request("POST", "/orders", { body, idempotencyKey });
      onDone();
      tell({
        title: t.created,
        text: t.createdText,
        content: facts([
          [texts.columns.order, h("code", null, order.id)],
          [t.link, links(order, key)],
        ]),
      });
    },
  });
}

/** @type {Mount} */
export function mount(root) {
  const profile = remembering(() => request("GET", "/merchants/profile"));
  const apiKey = async () => (await profile("")).api_key;
  /** @type {Column<Api.Order & { key: string | null }>[]} */
  const columns = [
    { title: texts.columns.order, testId: "order-id", cell: (order) => h("span", { class: "mono" }, order.id) },
    {
      title: texts.columns.amount,
      kind: "number",
      testId: "amount",
      cell: (order) => formatAmount(order.amount, order.currency),
    },
    { title: texts.columns.status, cell: (order) => badge(order.status, { testId: "status" }) },
    { title: texts.columns.receipt, kind: "wide clip", cell: (order) => order.receipt ?? texts.none },
    {
      title: texts.columns.created,
      kind: "wide",
      cell: (order) => h("time", { datetime: order.created_at }, formatDateTime(order.created_at)),
    },
    { title: t.link, cell: (order) => links(order, order.key) },
  ];
  const table = liveTable({
    path: "/orders",
    label: t.title,
    columns,
    empty: t.empty,
    testId: "orders-table",
    rowAttributes: (order) => ({ "data-order-id": order.id }),
    async complete(orders) {
      const key = await apiKey().catch(() => null); // the next refresh asks again
      return orders.map((order) => ({ ...order, key }));
    },
  });
  const add = button(t.create, () => create(apiKey, table.reload), { drawing: icons.plus, kind: "primary" });
  root.append(h("div", { class: "page" }, heading(t.title, t.text, add), table.element));
  return table.stop;
}
