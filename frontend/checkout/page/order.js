/** Asks for the order that the page's address names. */
import { framedBy } from "./parent.js";

/**
 * Returns ask(), which resolves to the order and throws like a request. The first request leaves at once, while the
 * page is still being built, and the first ask() gets its answer.
 * @param {ApiRequest} request @param {string} orderId @param {string} key
 */
export function orderAsker(request, orderId, key) {
  const ask = () =>
    request("GET", `/orders/${encodeURIComponent(orderId)}/public`, { query: { key, frame_origins: framedBy } });
  let early = orderId ? ask() : undefined;
  early?.catch(() => {}); // the first ask() hears of it
  return () => {
    const asked = early ?? ask();
    early = undefined;
    return asked;
  };
}
