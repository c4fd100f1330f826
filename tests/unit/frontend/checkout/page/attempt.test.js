import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import {
  beginAttempt,
  currentAttempt,
  endAttempt,
  recordPayment,
} from "../../../../../frontend/checkout/page/attempt.js";

const ORDER = "order_0000000000000001";

beforeEach(() => endAttempt(ORDER));

test("an attempt keeps its key until it ends, whatever the method", () => {
  const { idempotencyKey } = beginAttempt(ORDER, "upi");
  assert.match(idempotencyKey, /^[0-9a-f]{32}$/);
  assert.deepEqual(beginAttempt(ORDER, "card"), { idempotencyKey, method: "card" });
  endAttempt(ORDER);
  assert.equal(currentAttempt(ORDER), null);
  assert.notEqual(beginAttempt(ORDER, "upi").idempotencyKey, idempotencyKey);
});

test("an attempt remembers its payment", () => {
  const attempt = beginAttempt(ORDER, "upi");
  recordPayment(ORDER, "pay_0000000000000001");
  assert.deepEqual(currentAttempt(ORDER), { ...attempt, paymentId: "pay_0000000000000001" });
});

test("orders have attempts of their own", () => {
  beginAttempt(ORDER, "upi");
  assert.equal(currentAttempt("order_0000000000000002"), null);
});
