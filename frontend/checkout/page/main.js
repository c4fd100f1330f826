/** Runs the checkout: loads the order, takes a payment, and follows it until it is settled. */
import { config } from "/config.js";
import { find } from "/shared/dom.js";
import { formatAmount } from "/shared/format.js";
import { createClient, isMissing, isRefusal } from "/shared/http.js";
import { easing, poll } from "/shared/poll.js";
import { beginAttempt, currentAttempt, endAttempt, recordPayment } from "./attempt.js";
import { fieldOfError } from "./card.js";
import { paymentForm } from "./form.js";
import { framedBy, isFramed, tellParent } from "./parent.js";
import { texts } from "./texts.js";
import { failurePanel, noticePanel, processingPanel, stack, successPanel, summary } from "./view.js";

const SLOW = 15_000; // milliseconds of waiting after which the page tells the payer
const GIVE_UP = 180_000;

/** Maps the API's reasons that end payment on this page to notices. @type {Record<string, NoticeName>} */
const NOTICE_OF = { order_paid: "paid", order_cancelled: "closed", order_expired: "closed" };

const parameters = new URLSearchParams(location.search);
const orderId = parameters.get("order_id") ?? "";
const key = parameters.get("key") ?? "";
const embedded = isFramed && parameters.get("embedded") === "true";
const request = createClient(`${config.apiUrl}/api/v1`);
const container = find(document, "[data-test-id=checkout-container]");
const summaryPlace = find(document, "#summary");
const loading = find(document, "#loading");

/** @type {Api.PublicOrder | undefined} */
let order;
/** @type {Polling | undefined} */
let watching;
/** @type {() => unknown} */
let retry = loadOrder;
const close = () => tellParent("close_modal");
const form = paymentForm({ onPay: pay, onCancel: embedded ? close : null });
const processing = processingPanel();
const success = successPanel();
const failure = failurePanel(
  () => retry(),
  () => showForm(),
);
const notice = noticePanel(() => retry());
const parts = [form, processing, success, failure, notice];
const show = stack(find(document, "#body"), [loading, ...parts.map((part) => part.element)]);

/** Ends paying. From here on neither the fields nor a retry hold an instrument. */
function forgetInstrument() {
  form.forget();
  retry = loadOrder;
}

/** @param {NoticeName} which */
function notify(which, canRetry = false) {
  if (!canRetry) forgetInstrument();
  if (!order) summaryPlace.replaceChildren(); // no summary will come any more
  notice.fill(texts.notices[which], canRetry);
  show(notice.element);
}

/** @param {string} text @param {() => unknown} onRetry @param {FailureOptions} options */
function fail(text, onRetry = showForm, options = {}) {
  retry = onRetry;
  failure.fill(text, options);
  show(failure.element);
}

/**
 * Says that the payment's result is unknown. A retry continues the same payment and never makes a second one.
 * @param {string} text @param {() => unknown} onRetry @param {string} [retryText]
 */
const doubt = (text, onRetry, retryText) => fail(text, onRetry, { title: texts.doubt.title, unknown: true, retryText });

function showForm() {
  show(form.element);
  find(form.element, "form:not([hidden]) input").focus();
}

async function loadOrder() {
  show(loading);
  if (!orderId) return notify("incomplete");
  const slow = setTimeout(() => {
    find(loading, "h1").textContent = texts.slowLoading;
  }, 4_000);
  try {
    order = await request("GET", `/orders/${encodeURIComponent(orderId)}/public`, {
      query: { key, frame_origins: framedBy },
    });
  } catch (error) {
    retry = loadOrder;
    return isRefusal(error) ? notify("unknown") : notify("network", true);
  } finally {
    clearTimeout(slow);
  }
  if (order.frame_allowed !== false) return showOrder(order);
  order = undefined; // a page that may not frame this one shows neither the order nor a form to click on
  notify("foreignFrame");
}

/** @param {Api.PublicOrder} order */
function showOrder(order) {
  document.title = texts.title(order.merchant_name);
  summaryPlace.replaceChildren(summary(order));
  form.setOrder(order.merchant_name, formatAmount(order.amount, order.currency));
  if (order.currency !== "INR") form.choose("card"); // UPI moves rupees, but a merchant may still take it
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
  show(processing.element);
  const attempt = beginAttempt(orderId, instrument.method);
  try {
    const payment = await createPayment(instrument, attempt);
    recordPayment(orderId, payment.id);
    form.forgetCvv();
    follow(payment.id);
  } catch (error) {
    refused(error, instrument);
  }
}

/** @param {Api.Instrument} instrument @param {PaymentAttempt} attempt */
async function createPayment(instrument, { idempotencyKey }) {
  const body = { order_id: orderId, key, ...instrument };
  try {
    return await request("POST", "/payments/public", { body, idempotencyKey });
  } catch (error) {
    if (!isRefusal(error) || error.code !== "IDEMPOTENCY_ERROR") throw error;
    // Before a reload this attempt went out with other details. The order itself takes no second payment, so a new
    // attempt is safe.
    endAttempt(orderId);
    const { idempotencyKey: fresh } = beginAttempt(orderId, instrument.method);
    return request("POST", "/payments/public", { body, idempotencyKey: fresh });
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

/**
 * Asks until the payment is settled. Tells the payer when the bank is slow or the connection is gone, and claims no
 * result that it does not know.
 * @param {string} paymentId
 */
function follow(paymentId) {
  const began = Date.now();
  /** @param {number} time */
  const waitedFor = (time) => Date.now() - began > time;
  const waiting = currentAttempt(orderId)?.method === "upi" ? texts.processing.waitingUpi : texts.processing.waiting;
  processing.say(waiting);
  show(processing.element, { focus: processing.element.hidden });
  poll(async () => {
    let payment;
    try {
      payment = await request("GET", `/payments/${encodeURIComponent(paymentId)}/public`);
    } catch (error) {
      if (isMissing(error)) return lost();
      if (waitedFor(GIVE_UP)) return giveUp(paymentId);
      processing.say(texts.processing.offline);
      throw error;
    }
    if (["success", "failed"].includes(payment.status)) return settle(payment);
    if (waitedFor(GIVE_UP)) return giveUp(paymentId);
    processing.say(waitedFor(SLOW) ? texts.processing.slow : waiting);
    return true;
  }, easing());
}

/** Stops asking. The payment may still go on. @param {string} paymentId */
function giveUp(paymentId) {
  doubt(texts.doubt.bank, () => follow(paymentId), texts.doubt.checkAgain);
  return false;
}

/** Forgets a remembered payment that the API does not know, and starts over. */
function lost() {
  endAttempt(orderId);
  loadOrder();
  return false;
}

/** @param {Api.PublicPayment} payment */
function settle(payment) {
  const told = {
    paymentId: payment.id,
    orderId,
    amount: payment.amount,
    currency: payment.currency,
    status: payment.status,
  };
  endAttempt(orderId);
  if (payment.status === "success") succeed(payment, told);
  else decline(payment, told);
  return false;
}

/** @param {Api.PublicPayment} payment @param {object} told */
function succeed(payment, told) {
  forgetInstrument();
  success.fill(payment, order?.merchant_name);
  show(success.element);
  if (!embedded) history.replaceState(null, "", `/success?payment_id=${encodeURIComponent(payment.id)}`);
  tellParent("payment_success", told);
}

/** @param {Api.PublicPayment} payment @param {object} told */
function decline(payment, told) {
  const description = payment.error_description ?? texts.failure.fallback;
  fail(description);
  tellParent("payment_failed", { ...told, error: { code: payment.error_code ?? "PAYMENT_FAILED", description } });
}

container.classList.toggle("embedded", embedded);
document.addEventListener("keydown", (event) => {
  // Esc closes the window as it does outside the frame, but not while a payment is under way.
  if (event.key === "Escape" && embedded && processing.element.hidden) close();
});
loadOrder();
