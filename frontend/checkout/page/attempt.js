/**
 * Keeps one attempt to pay an order: its Idempotency-Key and, once the API has answered, its payment. The attempt
 * survives a reload, so a reload or a repeated click continues the same attempt. It ends when the payment is settled or
 * refused.
 */
import { newIdempotencyKey } from "/shared/http.js";
import { forget, recall, remember } from "/shared/storage.js";

/** @param {string} orderId */
const slot = (orderId) => `attempt:${orderId}`;

/** @param {string} orderId @returns {PaymentAttempt | null} */
export function currentAttempt(orderId) {
  return recall(slot(orderId));
}

/**
 * Returns the attempt under way, or a new one. Stores its key before the request goes out.
 * @param {string} orderId @param {Api.FormMethod} method
 */
export function beginAttempt(orderId, method) {
  const attempt = { ...(currentAttempt(orderId) ?? { idempotencyKey: newIdempotencyKey() }), method };
  remember(slot(orderId), attempt);
  return attempt;
}

/** @param {string} orderId @param {string} paymentId */
export function recordPayment(orderId, paymentId) {
  updateAttempt(orderId, { paymentId });
}

/** @param {string} orderId @param {Partial<PaymentAttempt>} change */
export function updateAttempt(orderId, change) {
  remember(slot(orderId), { ...currentAttempt(orderId), ...change });
}

/** Counts a failed payment of this order. Returns the number of failures. @param {string} orderId */
export function countFailure(orderId) {
  const failures = (recall(`failures:${orderId}`) ?? 0) + 1;
  remember(`failures:${orderId}`, failures);
  return failures;
}

/** @param {string} orderId */
export function endAttempt(orderId) {
  forget(slot(orderId));
}
