/** Runs the checkout: loads the order, takes a payment, and follows it until it is settled. */
import { config } from "/config.js";
import { find } from "/shared/dom.js";
import { formatAmount } from "/shared/format.js";
import { createClient, isRefusal } from "/shared/http.js";
import { easing, poll } from "/shared/poll.js";
import { remember } from "/shared/storage.js";
import { actionPanel } from "./action.js";
import { beginAttempt, countFailure, currentAttempt, endAttempt, recordPayment } from "./attempt.js";
import { fieldOfError } from "./card.js";
import { follower } from "./follow.js";
import { paymentForm } from "./form.js";
import { paint } from "./look.js";
import { options } from "./options.js";
import { orderAsker } from "./order.js";
import { isFramed, shareHeight, tellParent } from "./parent.js";
import { receiptPanel } from "./receipt.js";
import { sender } from "./send.js";
import { shopAround } from "./shop-around.js";
import { texts } from "./texts.js";
import { failurePanel, footer, noticePanel, processingPanel, stack, summary } from "./view.js";
import { keySlot, wayBack } from "./way-back.js";

/** The API's reasons that end payment on this page. @type {Record<string, NoticeName>} */
const NOTICE_OF = { order_paid: "paid", order_cancelled: "closed", order_expired: "closed" };

const parameters = new URLSearchParams(location.search);
const orderId = parameters.get("order_id") ?? "";
const key = parameters.get("key") ?? "";
const embedded = isFramed && parameters.get("embedded") === "true";
const request = createClient(`${config.apiUrl}/api/v1`);
const askOrder = orderAsker(request, orderId, key);
const shop = await shopAround(embedded, orderId, key);
const send = sender(request);
const container = find(document, "[data-test-id=checkout-container]");
const summaryPlace = find(document, "#summary");
const loading = find(document, "#loading");
/** @type {Api.PublicOrder | undefined} */
let order;
/** @type {Polling | undefined} */
let watching;
/** @type {() => unknown} */
let retry = loadOrder;
let another = () => {};
let leaving = false;
const close = () => tellParent("close_modal");
const form = paymentForm({ onPay: pay, onCancel: embedded ? close : null });
const processing = processingPanel();
const action = actionPanel({
  apart: embedded,
  testBank: (id) => (config.demo ? `/bank?${new URLSearchParams({ payment_id: id })}` : null),
  onAnother: payAnotherWay,
});
const success = receiptPanel();
const failure = failurePanel(
  () => retry(),
  () => {
    another();
    showForm();
  },
);
const notice = noticePanel(() => retry());
const parts = [form, processing, action, success, failure, notice];
const showPanel = stack(find(document, "#body"), [loading, ...parts.map((part) => part.element)]);

const { follow, cancel, say } = follower({
  request,
  orderId,
  embedded,
  processing,
  action,
  show: display,
  onSettled: settle,
  onLost: lost,
  onSilence: silence,
});

/**
 * Shows a panel. Tells the SDK what to ask before it closes the window over a payment that is under way.
 * @param {HTMLElement} element @param {{ focus?: boolean }} [how]
 */
function display(element, how) {
  showPanel(element, how);
  if (element !== loading) shareHeight(container);
  const underWay = [processing.element, action.element].includes(element);
  if (embedded) tellParent("busy", underWay ? texts.leave : shop.question(element !== success.element));
}

/** Ends paying. From here on neither the fields nor a retry hold an instrument. */
function forgetInstrument() {
  form.forget();
  retry = loadOrder;
}

/** @param {NoticeName} which */
function notify(which, canRetry = false) {
  if (!canRetry) forgetInstrument();
  container.classList.toggle("bare", !order); // no summary will come any more
  if (!order) summaryPlace.replaceChildren();
  notice.fill(texts.notices[which], canRetry);
  display(notice.element);
}

/** @param {string} text @param {() => unknown} onRetry @param {FailureOptions} options */
function fail(text, onRetry = showForm, options = {}) {
  retry = onRetry;
  another = () => {};
  failure.fill(text, options);
  display(failure.element);
}

/**
 * Says that the payment's result is unknown. A retry continues the same payment and never makes a second one.
 * @param {string} text @param {() => unknown} onRetry @param {string} [retryText]
 */
const doubt = (text, onRetry, retryText) => fail(text, onRetry, { title: texts.doubt.title, unknown: true, retryText });

function showForm() {
  display(form.element);
  find(form.element, "form:not([hidden]) input").focus();
}

async function loadOrder() {
  display(loading);
  if (!orderId) return notify("incomplete");
  const heading = find(loading, "h1");
  const slow = setTimeout(() => heading.replaceChildren(texts.slowLoading), 4_000);
  try {
    order = await askOrder();
  } catch (error) {
    retry = loadOrder;
    return isRefusal(error) ? notify(shop.unknown()) : notify("network", true);
  } finally {
    clearTimeout(slow);
  }
  if (order.frame_allowed !== false) return admit(order);
  order = undefined; // a page that may not frame this one shows neither the order nor a form to click on
  notify("foreignFrame");
}

/** Shows the order as the shop's page wants it, or why the page gets no payment. @param {Api.PublicOrder} loaded */
function admit(loaded) {
  const text = shop.objection(loaded);
  order = text ? undefined : shop.dressed(loaded);
  if (order) return showOrder(order);
  notify("unknown");
  notice.fill({ ...texts.notices.unknown, text: text ?? "" }, false);
}

/** @param {Api.PublicOrder} order */
function showOrder(order) {
  document.title = texts.title(order.merchant_name);
  paint(options.color ?? order.merchant.color);
  summaryPlace.replaceChildren(summary(order, config.demo));
  form.setOrder(order, formatAmount(order.amount, order.currency));
  const attempt = currentAttempt(orderId);
  if (attempt?.paymentId) return follow(attempt.paymentId);
  if (["created", "attempted"].includes(order.status)) {
    if (!key) return notify("incomplete"); // the page could show the order, but not pay it
    showForm();
    if (attempt) watchOrder();
    return;
  }
  notify(order.status === "paid" ? "paid" : "closed");
}

/**
 * Watches the order until this page makes a payment. A payment that this page does not know may pay the order, from
 * before a reload or from another window.
 */
function watchOrder() {
  const idle = () => !form.element.hidden || !failure.element.hidden;
  watching?.stop();
  watching = poll(async () => {
    if (!idle()) return false;
    const { status } = await request("GET", `/orders/${encodeURIComponent(orderId)}/public`, { query: { key } });
    if (status !== "paid" || !idle()) return true;
    endAttempt(orderId);
    notify("paid");
    return false;
  }, easing());
}

/** @param {Api.Instrument} instrument */
async function pay(instrument) {
  if (form.element.hidden) return; // a second click while the first is on its way
  processing.say(texts.processing.sending);
  display(processing.element);
  const attempt = beginAttempt(orderId, instrument.method);
  try {
    const payment = await send({ order_id: orderId, key, ...shop.payment, ...instrument }, attempt);
    recordPayment(orderId, payment.id);
    form.forgetCvv();
    follow(payment.id);
  } catch (error) {
    refused(error, instrument);
  }
}

/** @param {unknown} error @param {Api.Instrument} instrument */
function refused(error, instrument) {
  const again = () => {
    showForm();
    pay(instrument);
  };
  if (!isRefusal(error)) return doubt(texts.doubt.network, again); // the same key never charges twice
  if (error.reason === "payment_in_progress") return followOther();
  endAttempt(orderId);
  if (error.reason === "too_many_attempts") return fail(texts.pause.text(error.retryAfter), showForm, texts.pause);
  const known = NOTICE_OF[error.reason ?? ""];
  if (known) return notify(known);
  const field = fieldOfError(error);
  if (!field) return fail(error.message, loadOrder);
  showForm();
  form.complain(field, error.message);
}

/**
 * Follows a payment whose id this page does not know. The order shows the payment's success but not its failure, so the
 * form stays available.
 */
function followOther() {
  const { title, text, another } = texts.underWay;
  fail(text, () => watching?.now(), { title, unknown: true, retryText: texts.doubt.checkAgain, another });
  watchOrder();
}

/** The payment may still go on. @param {string} paymentId */
function silence(paymentId) {
  doubt(texts.doubt.bank, () => follow(paymentId), texts.doubt.checkAgain);
}

/** Forgets a remembered payment that the API does not know, and starts over. */
function lost() {
  endAttempt(orderId);
  loadOrder();
}

/** Gives the payment up for another way to pay. The page goes on following it where nobody answers. */
async function payAnotherWay() {
  action.another.disabled = leaving = true;
  await cancel().catch(() => say(texts.processing.offline));
  action.another.disabled = leaving = false;
}

/** @param {Api.PublicPayment} payment */
async function settle(payment) {
  const { id: paymentId, amount, currency, status } = payment;
  const left = leaving;
  const told = { paymentId, orderId, amount, currency, status, ...(await shop.result(paymentId)) };
  endAttempt(orderId);
  if (status === "success") succeed(payment, told);
  else if (status === "voided") releaseShown(payment, told);
  else decline(payment, told, left);
}

/** @param {Api.PublicPayment} payment @param {object} told */
function succeed(payment, told) {
  forgetInstrument();
  success.fill(payment, order);
  display(success.element);
  tellParent("payment_success", told);
  if (embedded) return; // the shop's page is around this one
  remember(keySlot(payment.id), key);
  history.replaceState(null, "", `/success?payment_id=${encodeURIComponent(payment.id)}`);
  wayBack(request, payment.id, key, (url) => success.offerReturn(url, true));
}

/** @param {Api.PublicPayment} payment @param {object} told @param {boolean} left whether the payer gave it up */
function decline(payment, told, left) {
  const code = payment.error_code ?? "PAYMENT_FAILED";
  const description = payment.error_description ?? texts.failure.fallback;
  tellParent("payment_failed", { ...told, error: { code, description } });
  if (left && code === "PAYMENT_CANCELLED") return showForm();
  const spent = countFailure(orderId) > options.retries;
  fail(texts.failure.reasons[code] ?? description, showForm, {
    title: texts.failure.titles[code],
    spent,
    another: spent || form.single() ? undefined : texts.failure.another,
  });
  another = form.chooseAnother;
  if (!embedded) wayBack(request, payment.id, key, failure.offerReturn);
}

/** Says that the shop has released the money. @param {Api.PublicPayment} payment @param {object} told */
function releaseShown(payment, told) {
  const { title, text } = texts.voided;
  const words = text(formatAmount(payment.amount, payment.currency));
  fail(words, loadOrder, { title, unknown: true });
  tellParent("payment_failed", { ...told, error: { code: "PAYMENT_VOIDED", description: words } });
}

container.classList.toggle("embedded", embedded);
container.append(footer());
if (config.demo) import("./testing.js").then(({ testInstruments }) => testInstruments(form));
document.addEventListener("keydown", (event) => {
  // Esc closes the window as it does outside the frame, but not while a payment is under way.
  if (event.key === "Escape" && embedded && shop.escape && processing.element.hidden && action.element.hidden) close();
});
loadOrder();
