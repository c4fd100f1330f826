/** Shows one order: what it asks for, its link, and every attempt to pay it. */
import { h } from "/shared/dom.js";
import { formatAmount } from "/shared/format.js";
import { isMissing, newIdempotencyKey } from "/shared/http.js";
import { poll, steady } from "/shared/poll.js";
import { request } from "../session.js";
import { texts } from "../texts.js";
import { ask } from "../ui/dialog.js";
import { isOpen, linkKey, links, sending, visibleLink } from "../ui/orders.js";
import { badge, button, copyable, facts, heading, messageOf, notice, toast } from "../ui/parts.js";
import { paymentColumns, paymentRow } from "../ui/payments.js";
import { fixedTable } from "../ui/rows.js";
import { exactTime, when } from "../ui/when.js";

const REFRESH = 3_000;
const REST = 60_000;
const t = texts.order;

/** @param {Api.Order} order */
function details(order) {
  const { name, email, contact } = order.customer ?? {};
  return h(
    "section",
    { class: "card pad" },
    h("h2", null, t.details),
    facts([
      [texts.columns.receipt, order.receipt],
      [texts.payment.description, order.description],
      [texts.payment.customer, [name, email, contact].filter(Boolean).join(", ")],
      ...Object.entries(order.notes).map(([key, value]) => /** @type {[string, Child]} */ ([key, value])),
      [t.due, order.amount_due ? formatAmount(order.amount_due, order.currency) : null],
      [t.capture, t.captures[order.capture]],
      [t.expires, order.expires_at && exactTime(order.expires_at)],
      [t.returns, order.return_url && h("code", null, order.return_url)],
      [texts.columns.created, exactTime(order.created_at)],
      [texts.columns.order, copyable(order.id, { testId: "order-id" })],
    ]),
  );
}

/** @param {Api.Order} order @param {() => void} onDone */
function cancel(order, onDone) {
  const idempotencyKey = newIdempotencyKey();
  ask({
    title: t.cancelTitle(formatAmount(order.amount, order.currency)),
    text: t.cancelText,
    confirm: t.cancel,
    danger: true,
    async onConfirm() {
      await request("POST", `/orders/${order.id}/cancel`, { idempotencyKey });
      toast(t.cancelled);
      onDone();
    },
  });
}

/** @type {Mount} */
export function mount(root, { params }) {
  const path = /** @type {const} */ (`/orders/${encodeURIComponent(params.id ?? "")}`);
  const head = h("div", null, heading(t.title, params.id));
  const body = h("div", { class: "stack" }, h("span", { class: "card skeleton tall" }));
  /** @type {string | undefined} */
  let shown;
  let resting = false;

  /** @param {Api.Order} order @param {Api.Payment[]} payments @param {string | null} key */
  function show(order, payments, key) {
    const text = JSON.stringify([order, payments, key]);
    if (text === shown) return;
    shown = text;
    const title = [formatAmount(order.amount, order.currency), " ", badge(order.status, { testId: "status" })];
    const line = [order.receipt ?? order.description, when(order.created_at)];
    head.replaceChildren(
      heading(
        title,
        line[0] ? [line[0], " · ", line[1] ?? ""] : line[1],
        isOpen(order) && button(t.cancel, () => cancel(order, polling.now), { kind: "danger" }),
      ),
    );
    const link = visibleLink(order, key);
    body.replaceChildren(
      h(
        "div",
        { class: "columns even" },
        details(order),
        h(
          "section",
          { class: "card pad" },
          h("h2", null, t.link),
          link
            ? [
                h("p", { class: "muted" }, t.linkText),
                link,
                links(order, key, { withCopy: false }),
                sending(order, key),
              ]
            : h("p", { class: "muted" }, t.noLink),
        ),
      ),
      h("h2", null, t.attempts),
      fixedTable({
        label: t.attempts,
        columns: paymentColumns,
        rows: payments,
        rowAttributes: paymentRow,
        empty: t.none,
      }),
    );
  }

  async function refresh() {
    try {
      const [order, payments, key] = await Promise.all([
        request("GET", path),
        request("GET", `${path}/payments`, { query: { limit: 100 } }),
        linkKey().catch(() => null),
      ]);
      show(order, payments.data, key);
      resting = !isOpen(order) && !payments.data.some((payment) => payment.status === "pending");
    } catch (error) {
      if (!shown) body.replaceChildren(notice("bad", isMissing(error) ? t.missing : messageOf(error)));
      if (isMissing(error)) return false;
      throw error;
    }
  }

  root.append(
    h("div", { class: "page" }, h("a", { class: "back", href: "/dashboard/orders" }, `← ${t.back}`), head, body),
  );
  const polling = poll(refresh, (runs, failures) => (resting ? REST : steady(REFRESH)(runs, failures)));
  return polling.stop;
}
