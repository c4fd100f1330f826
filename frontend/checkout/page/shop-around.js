/** Tells the kinds of page around this one apart: written for this gateway, or for Razorpay. */
import { options } from "./options.js";

/** Serves a page that uses this gateway's SDK. @type {ShopAround} */
const native = {
  escape: true,
  payment: {},
  question: () => ({}),
  unknown: () => "unknown",
  objection: () => undefined,
  dressed: (order) => order,
  result: async () => ({}),
};

/** @param {boolean} embedded @param {string} orderId @param {string} key @returns {Promise<ShopAround>} */
export async function shopAround(embedded, orderId, key) {
  const wish = embedded ? options.razorpay : null;
  return wish ? (await import("./razorpay.js")).shopOf(wish, orderId, key) : native;
}
