/** Shows the present state of a payment at /success?payment_id=…, as the API knows it. */
import { config } from "/config.js";
import { find } from "/shared/dom.js";
import { createClient, isRefusal } from "/shared/http.js";
import { easing, poll } from "/shared/poll.js";
import { texts } from "./texts.js";
import { failurePanel, noticePanel, processingPanel, stack, successPanel } from "./view.js";

const paymentId = new URLSearchParams(location.search).get("payment_id");
const request = createClient(`${config.apiUrl}/api/v1`);
const processing = processingPanel();
const success = successPanel();
const failure = failurePanel(() => history.back());
const notice = noticePanel(start);
const panels = [processing, success, failure, notice].map((part) => part.element);
const show = stack(find(document, "#body"), [find(document, "#loading"), ...panels]);

/** @param {NoticeName} which @param {boolean} canRetry */
function notify(which, canRetry) {
  notice.fill(texts.notices[which], canRetry);
  show(notice.element);
}

/** @param {Api.PublicPayment} payment */
function display(payment) {
  if (payment.status === "success") {
    document.title = texts.success.title;
    success.fill(payment);
    show(success.element);
    return false;
  }
  if (payment.status === "failed") {
    failure.fill(payment.error_description ?? texts.success.failed, { retryText: texts.back });
    show(failure.element);
    return false;
  }
  processing.say(texts.success.pending);
  show(processing.element, { focus: processing.element.hidden });
  return true;
}

function start() {
  if (!paymentId) return notify("paymentUnknown", false);
  poll(async () => {
    try {
      return display(await request("GET", `/payments/${encodeURIComponent(paymentId)}/public`));
    } catch (error) {
      if (isRefusal(error)) notify("paymentUnknown", false);
      else notify("network", true);
      return false;
    }
  }, easing());
}

start();
