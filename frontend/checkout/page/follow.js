/** Follows one payment until it is settled: asks the API, and shows what the bank or the payer is doing meanwhile. */
import { isMissing } from "/shared/http.js";
import { easing, poll } from "/shared/poll.js";
import { remember } from "/shared/storage.js";
import { kindOf } from "./action.js";
import { currentAttempt, updateAttempt } from "./attempt.js";
import { texts } from "./texts.js";

const SLOW = 15_000; // milliseconds of waiting after which the page tells the payer
const GIVE_UP = 180_000;

/** Names the place where the test stages' bank finds the page to which it sends the payer back. @param {string} id */
export const returnSlot = (id) => `bank-return:${id}`;

/**
 * Returns follow(paymentId). Claims no result that it does not know: after three minutes without the bank's answer it
 * calls onSilence.
 * @param {{
 *   request: ApiRequest, orderId: string, embedded: boolean,
 *   processing: { element: HTMLElement, say(text: string): void },
 *   action: ReturnType<typeof import("./action.js").actionPanel>,
 *   show(element: HTMLElement, options?: { focus?: boolean }): void,
 *   onSettled(payment: Api.PublicPayment): unknown, onLost(): unknown, onSilence(paymentId: string): unknown,
 * }} page
 */
export function follower({ request, orderId, embedded, processing, action, show, onSettled, onLost, onSilence }) {
  /** @type {Polling | undefined} */
  let polling;
  let followed = "";

  /** Milliseconds since the payer could first see what to do, also before a reload. @param {string} url */
  function seen(url) {
    const known = currentAttempt(orderId)?.action;
    if (known?.url === url) return Date.now() - known.at;
    updateAttempt(orderId, { action: { url, at: Date.now() } });
    return 0;
  }

  /**
   * Sends the payer to the bank's page, once: who comes back without having acted finds a button.
   * @param {Api.PublicPayment} payment @param {string} url
   */
  function leaveOnce(payment, url) {
    if (embedded || currentAttempt(orderId)?.sent) return;
    updateAttempt(orderId, { sent: true });
    remember(returnSlot(payment.id), location.href);
    location.assign(url);
  }

  /** @param {Api.PublicPayment} payment @param {NonNullable<Api.PublicPayment["next_action"]>} next */
  function ask(payment, next) {
    const isNew = action.element.hidden;
    action.fill(payment, next, seen(next.url));
    show(action.element, { focus: isNew });
    if (kindOf(next, payment.method) === "redirect") leaveOnce(payment, next.url);
  }

  /** @param {string} text */
  function wait(text) {
    const isNew = processing.element.hidden;
    processing.say(text);
    if (isNew) show(processing.element);
    action.empty();
  }

  /** @param {string} text */
  function say(text) {
    (action.element.hidden ? processing : action).say(text);
  }

  /** @param {string} paymentId */
  function follow(paymentId) {
    let began = Date.now();
    /** @param {number} time */
    const waitedFor = (time) => Date.now() - began > time;
    const waiting = currentAttempt(orderId)?.method === "upi" ? texts.processing.waitingUpi : texts.processing.waiting;
    followed = paymentId;
    wait(waiting);
    polling?.stop();
    polling = poll(async () => {
      let payment;
      try {
        payment = await request("GET", `/payments/${encodeURIComponent(paymentId)}/public`);
      } catch (error) {
        if (isMissing(error)) return end(onLost);
        if (waitedFor(GIVE_UP)) return end(() => onSilence(paymentId));
        say(texts.processing.offline);
        throw error;
      }
      if (followed !== paymentId) return false; // settled by cancel() while this answer was on its way
      if (payment.status !== "pending") return end(() => onSettled(payment));
      if (payment.next_action) {
        began = Date.now();
        ask(payment, payment.next_action);
        return true;
      }
      if (waitedFor(GIVE_UP)) return end(() => onSilence(paymentId));
      wait(waitedFor(SLOW) ? texts.processing.slow : waiting);
      return true;
    }, easing());
  }

  /** @param {() => unknown} then */
  function end(then) {
    followed = "";
    polling?.stop();
    action.empty();
    then();
    return false;
  }

  /** Gives the payment up, so that the order can be paid another way. Resolves to its state; throws like a request. */
  async function cancel() {
    const payment = await request("POST", `/payments/${encodeURIComponent(followed)}/public/cancel`);
    if (payment.status === "pending") return; // the bank works on it, so there is nothing to give up any more
    end(() => onSettled(payment));
  }

  return { follow, cancel, say };
}
