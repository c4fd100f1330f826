import assert from "node:assert/strict";
import { test } from "node:test";
import { roundUp } from "../../../../../../frontend/dashboard/app/ui/chart.js";

test("the scale ends at 1, 2 or 5 times a power of ten", () => {
  const scales = [
    [1, 1],
    [3, 5],
    [10, 10],
    [11, 20],
    [49_990, 50_000],
    [50_001, 100_000],
  ];
  for (const [value, top] of scales) assert.equal(roundUp(value), top);
});

test("a month without an amount has a scale too", () => {
  assert.equal(roundUp(0), 1);
  assert.equal(roundUp(Number.NEGATIVE_INFINITY), 1);
});
