/**
 * Serves a page that is written for Razorpay: compares its options with the order, shows them, and gives its result the
 * fields that such a page expects.
 */
import { config } from "/config.js";
import { queryString } from "/shared/http.js";
import { tellParent } from "./parent.js";
import { texts } from "./texts.js";

const TRIES = 8; // to get the result of a settled payment
const PAUSE = 1_000; // milliseconds between two
const LONGEST = 255; // characters of a description
const MOST_NOTES = 15;

/** @param {unknown} value */
const given = (value) => value !== undefined && value !== null && value !== "";

/**
 * Says why the page's options do not fit the order; nothing if they do.
 * @param {RazorpayWish} wish @param {Pick<Api.PublicOrder, "amount" | "currency">} order
 */
export function contradiction({ amount, currency, description, notes }, order) {
  if (given(amount) && Number(amount) !== order.amount) return "The amount is not the order's amount.";
  if (given(currency) && currency !== order.currency) return "The currency is not the order's currency.";
  if (String(description ?? "").length > LONGEST) {
    return `Could not validate payment create request due to: description: the length must be no more than ${LONGEST}`;
  }
  return Object.keys(notes ?? {}).length > MOST_NOTES ? `notes may have no more than ${MOST_NOTES} keys` : undefined;
}

/** @param {RazorpayWish} wish @param {Api.PublicOrder} order @returns {Api.PublicOrder} */
export function dressed({ name, image, description }, order) {
  const merchant = name || order.merchant_name;
  return {
    ...order,
    merchant_name: merchant,
    merchant: { ...order.merchant, name: merchant, logo_url: image || order.merchant.logo_url },
    description: description || order.description,
  };
}

/** Returns what the payment keeps of the payer. @param {RazorpayWish} wish */
export const payer = ({ email, contact, description, notes }) => ({
  email: email || null,
  contact: contact || null,
  description: description || null,
  notes: notes ?? null,
});

/** Tells the page that the window takes no payment. @param {string} description @param {string} orderId */
function refuse(description, orderId) {
  const error = { code: "BAD_REQUEST_ERROR", description };
  const where = { source: "business", step: "payment_initiation", reason: "input_validation_failed" };
  const razorpay = { error: { ...error, ...where, metadata: { order_id: orderId } } };
  tellParent("payment_failed", { error, razorpay });
}

/**
 * Asks for the result of a settled payment. Returns {} if nobody answers, or if the key is no longer valid.
 * @param {string} paymentId @param {string} key @returns {Promise<{ razorpay?: object }>}
 */
export async function result(paymentId, key, pause = PAUSE) {
  const url = `${config.apiUrl}/v1/checkout/payments/${encodeURIComponent(paymentId)}${queryString({ key_id: key })}`;
  for (let left = TRIES; left > 0; left -= 1) {
    try {
      const response = await fetch(url, { credentials: "omit", cache: "no-store" });
      if (response.ok) return { razorpay: await response.json() };
      if (response.status < 500 && response.status !== 429) return {};
    } catch {
      /* the network is away for a moment */
    }
    await new Promise((done) => setTimeout(done, pause));
  }
  return {};
}

/** @param {RazorpayWish} wish @param {string} orderId @param {string} key @returns {ShopAround} */
export function shopOf(wish, orderId, key) {
  return {
    escape: wish.escape !== false,
    payment: { payer: payer(wish) },
    question: (unpaid) => (wish.confirm && unpaid ? texts.abandon : {}),
    unknown() {
      refuse("The id provided does not exist", orderId);
      return "unknown";
    },
    objection(order) {
      const words = contradiction(wish, order);
      if (words) refuse(words, orderId);
      return words;
    },
    dressed: (order) => dressed(wish, order),
    result: (paymentId) => result(paymentId, key),
  };
}
