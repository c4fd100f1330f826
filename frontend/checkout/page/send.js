/** Sends the request for a payment, once for each attempt. */
import { isRefusal } from "/shared/http.js";
import { beginAttempt, endAttempt } from "./attempt.js";

/** @typedef {{ order_id: string, key: string } & ShopAround["payment"] & Api.Instrument} Body */

/** Returns send(body, attempt), which resolves to the payment and throws like a request. @param {ApiRequest} request */
export function sender(request) {
  return async function send(/** @type {Body} */ body, /** @type {PaymentAttempt} */ { idempotencyKey }) {
    try {
      return await request("POST", "/payments/public", { body, idempotencyKey });
    } catch (error) {
      if (!isRefusal(error) || error.code !== "IDEMPOTENCY_ERROR") throw error;
      // Before a reload this attempt went out with other details. The order itself takes no second payment, so a new
      // attempt is safe.
      endAttempt(body.order_id);
      const { idempotencyKey: fresh } = beginAttempt(body.order_id, body.method);
      return request("POST", "/payments/public", { body, idempotencyKey: fresh });
    }
  };
}
