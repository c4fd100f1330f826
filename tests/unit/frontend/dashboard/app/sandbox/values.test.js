import assert from "node:assert/strict";
import { test } from "node:test";
import { actsOn, spanOf } from "../../../../../../frontend/dashboard/app/sandbox/values.js";

test("a span has its two largest units and leaves a zero out", () => {
  const spans = [5, 3_600, 3_661, 90_000, 86_405, 2_592_000].map(spanOf);
  assert.deepEqual(spans, ["5 s", "1 h", "1 h 1 min", "1 d 1 h", "1 d", "30 d"]);
});

test("a payment takes the acts of its state", () => {
  const next = { type: "redirect", url: "https://bank.example", expires_at: "2026-03-14T09:30:00.000000Z" };
  assert.ok(actsOn({ status: "pending", captured: false, next_action: next }).includes("cancel"));
  assert.ok(!actsOn({ status: "pending", captured: false, next_action: null }).includes("cancel"));
  assert.deepEqual(actsOn({ status: "success", captured: false, next_action: null }), ["expire"]);
  assert.deepEqual(actsOn({ status: "failed", captured: false, next_action: null }), ["late_approve"]);
  assert.deepEqual(actsOn({ status: "success", captured: true, next_action: null }), []);
});
