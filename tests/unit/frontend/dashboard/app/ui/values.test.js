import assert from "node:assert/strict";
import { test } from "node:test";
import { outcome, pretty, remembering, tone } from "../../../../../../frontend/dashboard/app/ui/values.js";

test("an answer is asked for once an id, a failure again", async () => {
  const asked = [];
  const ask = remembering(async (id) => {
    asked.push(id);
    if (id === "bad") throw new Error("no answer");
    return id.toUpperCase();
  });
  assert.deepEqual(await Promise.all([ask("a"), ask("a"), ask("b")]), ["A", "A", "B"]);
  await assert.rejects(ask("bad"));
  await assert.rejects(ask("bad"));
  assert.deepEqual(asked, ["a", "b", "bad", "bad"]);
});

test("JSON is indented, and what is none stays as it came", () => {
  assert.equal(pretty('{"a":1}'), '{\n  "a": 1\n}');
  assert.equal(pretty({ a: [] }), '{\n  "a": []\n}');
  assert.equal(pretty("<b>OK</b>"), "<b>OK</b>");
  for (const nothing of [null, undefined, ""]) assert.equal(pretty(nothing), "–");
});

test("an attempt's outcome is its status, its error, or both", () => {
  assert.equal(outcome({ status: 200, error_class: null }), "HTTP 200");
  assert.equal(outcome({ status: 500, error_class: "status" }), "HTTP 500");
  assert.equal(outcome({ status: null, error_class: "dns" }), "dns");
  assert.equal(outcome({ status: 200, error_class: "timeout" }), "HTTP 200, timeout");
});

test("a timeline's colour follows what happened, never words that a payer chose", () => {
  assert.equal(tone({ what: "success", detail: null }), "good");
  assert.equal(tone({ what: "failed", detail: "success" }), "bad");
  assert.equal(tone({ what: "refund created", detail: "failed" }), "");
  assert.equal(tone({ what: "webhook payment.failed", detail: "HTTP 200" }), "good");
  assert.equal(tone({ what: "webhook payment.success", detail: "HTTP 500" }), "bad");
  assert.equal(tone({ what: "webhook payment.success", detail: "pending" }), "");
  assert.equal(tone({ what: "webhook payment.success", detail: null }), "bad");
});
