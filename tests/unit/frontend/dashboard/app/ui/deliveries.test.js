import assert from "node:assert/strict";
import { test } from "node:test";
import { fold } from "../../../../../../frontend/dashboard/app/ui/deliveries.js";
import { exampleAmount, headline, stateOf } from "../../../../../../frontend/dashboard/app/ui/money.js";

const entry = (what, object_id, detail) => ({ at: "2026-03-14T09:30:00Z", what, detail, object_id });

test("attempts are folded to a line for each event, with the last answer of each delivery", () => {
  const entries = [
    entry("created", "pay_1", null),
    entry("webhook payment.success", "a", "HTTP 500"),
    entry("webhook payment.success", "b", "HTTP 200"),
    entry("webhook payment.success", "a", "HTTP 502"),
  ];
  const events = fold(entries);
  assert.deepEqual([...events.keys()], ["payment.success"]);
  const told = events.get("payment.success").map(({ id, tries, last }) => [id, tries, last.detail]);
  assert.deepEqual(told, [
    ["a", 2, "HTTP 502"],
    ["b", 1, "HTTP 200"],
  ]);
});

test("a refunded payment is never called a success", () => {
  assert.equal(stateOf({ status: "success", refund_status: null }), "success");
  assert.equal(stateOf({ status: "success", refund_status: "full" }), "refunded");
  assert.equal(stateOf({ status: "success", refund_status: "partial" }), "partially refunded");
});

test("a headline has no minor units and an example has the currency's own", () => {
  assert.equal(headline(100_085_442_48, "INR"), "₹10,00,85,442");
  assert.equal(headline(5_000, "JPY"), "¥5,000");
  assert.deepEqual(["INR", "JPY", "KWD"].map(exampleAmount), ["499.00", "499", "499.000"]);
});
