import assert from "node:assert/strict";
import { test } from "node:test";
import { withInstants } from "../../../../../../frontend/dashboard/app/ui/filters.js";
import { setZone } from "../../../../../../frontend/dashboard/app/ui/when.js";

test("a day is a whole day of the merchant's zone, sent as an instant", () => {
  globalThis.localStorage = { setItem() {} };
  setZone("Asia/Kolkata");
  const { from, to } = withInstants({ from: "2026-03-14", to: "2026-03-14" });
  assert.equal(from, "2026-03-13T18:30:00.000Z");
  assert.equal(to, "2026-03-14T18:29:59.999Z");
});

test("a day on which the clock is put forward is whole all the same", () => {
  setZone("Europe/Berlin");
  const { from, to } = withInstants({ from: "2026-03-29", to: "2026-03-29" });
  assert.equal(Date.parse(to) - Date.parse(from), 23 * 3_600_000 - 1);
});

test("a date that no calendar has filters nothing, and other filters stay as they are", () => {
  assert.deepEqual(withInstants({ status: "failed", from: "12026-01-01" }), {
    status: "failed",
    from: undefined,
    to: undefined,
  });
});

test("a zone that this machine does not know changes nothing", () => {
  setZone("Asia/Kolkata");
  setZone("Mars/Olympus");
  assert.equal(withInstants({ from: "2026-03-14" }).from, "2026-03-13T18:30:00.000Z");
});
