/** Shows the receipt of a payment at /success?payment_id=…, in the payment's present state. */
import { config } from "/config.js";
import { find } from "/shared/dom.js";
import { formatAmount } from "/shared/format.js";
import { createClient, isRefusal } from "/shared/http.js";
import { easing, poll } from "/shared/poll.js";
import { recall } from "/shared/storage.js";
import { receiptPanel } from "./receipt.js";
import { texts } from "./texts.js";
import { failurePanel, footer, noticePanel, processingPanel, stack } from "./view.js";
import { keySlot, wayBack } from "./way-back.js";

const parameters = new URLSearchParams(location.search);
const paymentId = parameters.get("payment_id");
/** @type {string | null} */
const key = parameters.get("key") ?? recall(keySlot(paymentId ?? ""));
const request = createClient(`${config.apiUrl}/api/v1`);
const processing = processingPanel();
const success = receiptPanel();
const failure = failurePanel(() => history.back());
const notice = noticePanel(start);
const panels = [processing, success, failure, notice].map((part) => part.element);
const show = stack(find(document, "#body"), [find(document, "#loading"), ...panels]);

/** @param {NoticeName} which @param {boolean} canRetry */
function notify(which, canRetry) {
  notice.fill(texts.notices[which], canRetry);
  show(notice.element);
}

/** Asks for what the receipt can do without. @template T @param {Promise<T>} asked */
const ifAny = (asked) => asked.catch(() => undefined);

/** @param {Api.PublicPayment} payment */
async function showReceipt(payment) {
  document.title = texts.success.title;
  const order = await ifAny(request("GET", `/orders/${encodeURIComponent(payment.order_id)}/public`));
  success.fill(payment, order);
  show(success.element);
}

/** @param {Api.PublicPayment} payment */
async function display(payment) {
  if (payment.status === "success") await showReceipt(payment);
  else if (payment.status === "voided") {
    const { title, text } = texts.voided;
    failure.fill(text(formatAmount(payment.amount, payment.currency)), { title, unknown: true, spent: true });
    show(failure.element);
  } else if (payment.status === "failed") {
    const code = payment.error_code ?? "";
    const words = texts.failure.reasons[code] ?? payment.error_description ?? texts.success.failed;
    failure.fill(words, { title: texts.failure.titles[code], retryText: texts.back });
    show(failure.element);
  } else {
    processing.say(texts.success.pending);
    show(processing.element, { focus: processing.element.hidden });
    return true;
  }
  const offer = /** @param {string} url */ (url) => [success, failure].map((part) => part.offerReturn(url));
  if (key) await wayBack(request, payment.id, key, offer);
  return false;
}

function start() {
  if (!paymentId) return notify("paymentUnknown", false);
  poll(async () => {
    try {
      return await display(await request("GET", `/payments/${encodeURIComponent(paymentId)}/public`));
    } catch (error) {
      if (isRefusal(error)) notify("paymentUnknown", false);
      else notify("network", true);
      return false;
    }
  }, easing());
}

find(document, "main").append(footer());
start();
