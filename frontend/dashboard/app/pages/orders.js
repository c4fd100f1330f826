/** Shows the orders and their checkout links, and creates orders. */
import { h } from "/shared/dom.js";
import { formatAmount } from "/shared/format.js";
import { icons } from "/shared/icons.js";
import { texts } from "../texts.js";
import { decimal, exportButton } from "../ui/export.js";
import { filterBar, withInstants } from "../ui/filters.js";
import { createOrder, linkKey, links } from "../ui/orders.js";
import { badge, button, heading } from "../ui/parts.js";
import { liveTable } from "../ui/table.js";
import { when } from "../ui/when.js";

const t = texts.orders;

/** @typedef {Api.Order & { key: string | null }} Row An order with the key that its links carry. */

/** @type {Column<Row>[]} */
const columns = [
  {
    title: texts.columns.amount,
    kind: "top amount",
    cell: (order) =>
      h(
        "a",
        { class: "cover figure", href: `/dashboard/orders/${order.id}` },
        h("span", { testId: "amount" }, formatAmount(order.amount, order.currency)),
      ),
  },
  {
    title: texts.columns.status,
    kind: "top push state",
    cell: (order) => badge(order.status, { testId: "status" }),
  },
  {
    title: texts.columns.receipt,
    kind: "clip",
    cell: (order) => {
      const text = order.receipt ?? order.description;
      return text ? h("span", { title: text }, text) : h("span", { class: "none" }, texts.none);
    },
  },
  { title: texts.columns.created, kind: "last", cell: (order) => when(order.created_at) },
  {
    title: t.link,
    kind: "above",
    cell: (order) => links(order, order.key) ?? h("span", { class: "none" }, texts.none),
  },
  {
    title: texts.columns.order,
    kind: "id",
    cell: (order) =>
      h("a", { class: "mono quiet-link", href: `/dashboard/orders/${order.id}`, testId: "order-id" }, order.id),
  },
];

/** @param {Api.Order} order */
const cells = (order) => ({
  id: order.id,
  created_at: order.created_at,
  status: order.status,
  receipt: order.receipt,
  description: order.description,
  customer_name: order.customer?.name,
  customer_email: order.customer?.email,
  currency: order.currency,
  amount: decimal(order.amount, order.currency),
  amount_paid: decimal(order.amount_paid, order.currency),
  amount_minor: order.amount,
  amount_paid_minor: order.amount_paid,
  attempts: order.attempts,
});

/** @type {Mount} */
export function mount(root) {
  const filters = filterBar({
    filters: [
      { name: "status", label: texts.columns.status, options: t.statuses },
      { name: "receipt", label: texts.columns.receipt, type: "search" },
      { name: "from", label: texts.transactions.from, type: "date" },
      { name: "to", label: texts.transactions.to, type: "date" },
    ],
    onChange: () => table.reload(),
  });
  const query = () => /** @type {object} */ (withInstants(filters.applied()));
  const table = liveTable({
    path: "/orders",
    label: t.title,
    columns,
    empty: t.empty,
    testId: "orders-table",
    query,
    inUrl: true,
    rowAttributes: (order) => ({ "data-order-id": order.id }),
    async complete(orders) {
      const key = await linkKey().catch(() => null); // the next refresh asks again
      return orders.map((order) => ({ ...order, key }));
    },
  });
  const add = button(t.create, () => createOrder(() => table.reload()), { drawing: icons.plus, kind: "primary" });
  const csv = exportButton({ name: "orders", path: "/orders", query, cells });
  root.append(h("div", { class: "page" }, heading(t.title, t.text, csv, add), filters.element, table.element));
  return table.stop;
}
