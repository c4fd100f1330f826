/** Finds the payer's signed way back to the shop. */

/** Names the place where the receipt finds the key of the checkout that it follows. @param {string} paymentId */
export const keySlot = (paymentId) => `key:${paymentId}`;

/**
 * Calls offer(url) if the shop awaits the payer of this settled payment. Without an answer nothing happens: the payer
 * reads the result on this page all the same.
 * @param {ApiRequest} request @param {string} paymentId @param {string} key @param {(url: string) => void} offer
 */
export async function wayBack(request, paymentId, key, offer) {
  try {
    const { url } = await request("GET", `/payments/${encodeURIComponent(paymentId)}/public/return`, {
      query: { key },
    });
    if (url) offer(url);
  } catch {
    /* there is no way back then */
  }
}
