import assert from "node:assert/strict";
import { test } from "node:test";
import { filtersOf, orderSearched } from "../../../../../../frontend/dashboard/app/ui/filters.js";

const NOTHING = { status: "", method: "", from: "", to: "" };

test("a day is a whole day of this clock, sent as an instant", () => {
  const { from, to } = filtersOf({ ...NOTHING, from: "2026-03-14", to: "2026-03-14" });
  assert.equal(from, new Date(2026, 2, 14).toISOString());
  assert.equal(Date.parse(to) - Date.parse(from), 86_400_000 - 1);
});

test("what was not chosen filters nothing", () => {
  assert.deepEqual(filtersOf(NOTHING), {
    status: "",
    method: "",
    order_id: undefined,
    from: undefined,
    to: undefined,
  });
});

test("a date that no calendar has filters nothing instead of failing", () => {
  assert.equal(filtersOf({ ...NOTHING, from: "12026-01-01" }).from, undefined);
});

test("only the id of an order filters the list", () => {
  assert.equal(orderSearched(" order_0000000000000001 "), "order_0000000000000001");
  assert.equal(orderSearched("pay_0000000000000001"), undefined);
  assert.equal(orderSearched(""), undefined);
});
