/** Shows one payment: what it is worth now, what it is for, its refunds, what happened, and who was told. */
import { config } from "/config.js";
import { h } from "/shared/dom.js";
import { formatAmount } from "/shared/format.js";
import { isMissing } from "/shared/http.js";
import { poll, steady } from "/shared/poll.js";
import { request } from "../session.js";
import { texts } from "../texts.js";
import { leftOf, paymentActions } from "../ui/actions.js";
import { deliveriesCard, isDelivery } from "../ui/deliveries.js";
import { instrumentOf, paymentBadge } from "../ui/money.js";
import { copyable, facts, heading, messageOf, notice } from "../ui/parts.js";
import { refundList } from "../ui/refunds.js";
import { remembering, tone } from "../ui/values.js";
import { exactTime, when } from "../ui/when.js";

const REFRESH = 2_000;
const t = texts.payment;

/** @param {Api.Payment} payment */
function money(payment) {
  /** @param {number | null | undefined} amount */
  const shown = (amount) => (typeof amount === "number" ? formatAmount(amount, payment.currency) : null);
  const back = payment.amount_refunded;
  return h(
    "section",
    { class: "card pad" },
    h("h2", null, t.money),
    facts([
      [t.paid, payment.status === "success" ? h("strong", null, shown(payment.amount)) : shown(payment.amount)],
      [t.captured, payment.status === "success" ? (payment.captured ? t.capturedYes : t.capturedNo) : null],
      [t.refunded, back ? `${shown(back)} (${payment.refund_status})` : null],
      [t.fee, shown(payment.fee)],
      [t.tax, shown(payment.tax)],
      [t.net, payment.status === "success" ? h("strong", { testId: "net" }, shown(leftOf(payment))) : null],
    ]),
  );
}

/** @param {Api.Payment} payment @param {Api.Order | null} order */
function details(payment, order) {
  const orderLink = h("a", { href: `/dashboard/orders/${payment.order_id}` }, h("code", null, payment.order_id));
  return h(
    "section",
    { class: "card pad" },
    h("h2", null, t.details),
    facts([
      [texts.columns.receipt, order?.receipt],
      [t.description, order?.description],
      [
        t.customer,
        order?.customer &&
          [order.customer.name, order.customer.email, order.customer.contact].filter(Boolean).join(", "),
      ],
      ...Object.entries(order?.notes ?? {}).map(([name, value]) => /** @type {[string, Child]} */ ([name, value])),
      [texts.columns.method, h("span", { class: "method" }, payment.method)],
      [payment.method === "upi" ? t.vpa : t.card, instrumentOf(payment)],
      [t.error, payment.error_code && h("code", null, payment.error_code)],
      [texts.columns.created, h("time", { datetime: payment.created_at }, exactTime(payment.created_at))],
      [texts.columns.order, h("span", { testId: "order-id" }, orderLink)],
      [texts.columns.payment, copyable(payment.id, { testId: "payment-id" })],
      [
        texts.disputes.title,
        payment.captured && h("a", { href: `/dashboard/disputes?payment_id=${payment.id}` }, texts.disputes.ofPayment),
      ],
    ]),
  );
}

/** @param {Api.TimelineEntry[]} entries */
function timeline(entries) {
  /** @param {Api.TimelineEntry} entry */
  const item = (entry) =>
    h(
      "li",
      { class: tone(entry) },
      h("p", null, h("strong", null, entry.what), " ", h("span", { class: "muted" }, entry.detail ?? "")),
      h("time", { class: "muted small", datetime: entry.at }, exactTime(entry.at)),
    );
  return h(
    "section",
    { class: "card pad later" },
    h("h2", null, t.timeline),
    h("ol", { class: "timeline" }, entries.filter((entry) => !isDelivery(entry)).map(item)),
  );
}

/** Says what a person has to know first. @param {Api.Payment} payment @param {Api.Refund[]} refunds */
function notices(payment, refunds) {
  const failed = refunds.filter((refund) => refund.status === "failed");
  const isHeld = payment.status === "success" && !payment.captured;
  return [
    payment.status === "failed" && notice("bad", payment.error_description ?? t.failed, "status"),
    payment.status === "pending" && notice("warn", payment.next_action ? t.payerActs : t.pending),
    payment.late && notice("warn", t.late),
    isHeld && !payment.amount_refunded && notice("sent", t.heldText(formatAmount(payment.amount, payment.currency))),
    ...failed.map((refund) =>
      notice(
        "bad",
        t.refundFailed(formatAmount(refund.amount, payment.currency), refund.error_description ?? ""),
        "status",
      ),
    ),
  ];
}

/**
 * Tells whether anything can change by itself.
 * @param {Api.Payment} payment @param {Api.TimelineEntry[]} entries @param {Api.Refund[]} refunds
 */
function isMoving(payment, entries, refunds) {
  return (
    payment.status === "pending" ||
    refunds.some((refund) => refund.status === "pending") ||
    entries.some((entry) => isDelivery(entry) && entry.detail === "pending")
  );
}

/** @type {Mount} */
export function mount(root, { params }) {
  const body = h("div", { class: "stack" }, h("span", { class: "card skeleton tall" }));
  const head = h("div", null, heading(t.title, params.id));
  const id = params.id ?? "";
  const path = /** @type {const} */ (`/payments/${encodeURIComponent(id)}`);
  const orderOf = remembering((/** @type {string} */ orderId) => request("GET", `/orders/${orderId}`));
  const sandboxActs = config.demo ? import("../sandbox/acts.js").catch(() => undefined) : undefined;
  /** @type {typeof import("../sandbox/acts.js").actsCard | undefined} */
  let actsCard;
  let watchUntil = 0;
  /** @type {string | undefined} */
  let shown;

  /**
   * @param {Api.Payment} payment @param {Api.TimelineEntry[]} entries @param {Api.Refund[]} refunds
   * @param {Api.Order | null} order
   */
  function show(payment, entries, refunds, order) {
    const text = JSON.stringify([payment, entries, refunds, order]);
    if (text === shown) return;
    shown = text;
    const focused = document.activeElement?.id;
    const open = [...body.querySelectorAll("details[open]")].map((each) => each.getAttribute("data-event"));
    const title = h("span", { testId: "amount" }, formatAmount(payment.amount, payment.currency));
    const line = [instrumentOf(payment), order?.receipt].filter(Boolean).join(" · ");
    head.replaceChildren(
      heading(
        [title, " ", paymentBadge(payment, { testId: "status" })],
        [line, " · ", when(payment.created_at)],
        paymentActions(payment, polling.now),
      ),
    );
    body.replaceChildren(
      ...notices(payment, refunds).filter((each) => each instanceof Node),
      h(
        "div",
        { class: "columns even woven" },
        h("div", { class: "stack" }, money(payment), refundList(refunds, payment.currency), timeline(entries)),
        h("div", { class: "stack" }, details(payment, order), deliveriesCard(entries, id)),
      ),
      ...(actsCard ? [actsCard(payment, follow)] : []),
    );
    for (const each of body.querySelectorAll("details")) each.open = open.includes(each.getAttribute("data-event"));
    if (focused) document.getElementById(focused)?.focus();
  }

  /** Watches for what the workers make of an act. */
  function follow() {
    watchUntil = Date.now() + WATCH;
    polling.now();
  }

  async function refresh() {
    actsCard ??= (await sandboxActs)?.actsCard;
    try {
      const [payment, { data: entries }, { data: refunds }] = await Promise.all([
        request("GET", path),
        request("GET", `${path}/timeline`),
        request("GET", "/refunds", { query: { payment_id: id, limit: 100 } }),
      ]);
      show(payment, entries, refunds, await orderOf(payment.order_id).catch(() => null));
      resting = Date.now() > watchUntil && !isMoving(payment, entries, refunds);
    } catch (error) {
      if (!shown) body.replaceChildren(notice("bad", isMissing(error) ? t.missing : messageOf(error)));
      if (isMissing(error)) return false;
      throw error;
    }
  }

  // A payment that nothing moves is asked for again only when a person comes back to it or acts.
  let resting = false;
  root.append(
    h("div", { class: "page" }, h("a", { class: "back", href: "/dashboard/transactions" }, `← ${t.back}`), head, body),
  );
  const polling = poll(refresh, (runs, failures) => (resting ? REST : steady(REFRESH)(runs, failures)));
  return polling.stop;
}

const REST = 60_000; // milliseconds
const WATCH = 20_000; // milliseconds in which the workers follow an act
