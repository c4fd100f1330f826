import assert from "node:assert/strict";
import { test } from "node:test";
import { relativeTime } from "../../../../../../frontend/dashboard/app/ui/when.js";

const NOW = Date.parse("2026-03-14T09:30:00Z");

test("a time near is told by its distance, before and after", () => {
  const told = (seconds) => relativeTime(new Date(NOW + seconds * 1000).toISOString(), NOW);
  assert.equal(told(-10), "just now");
  assert.equal(told(-50), "1 min ago");
  assert.equal(told(-3 * 3600), "3 h ago");
  assert.equal(told(-2 * 86_400), "2 d ago");
  assert.equal(told(300), "in 5 min");
});

test("a time more than a week away is told by its date", () => {
  assert.match(relativeTime("2026-01-31T12:00:00Z", NOW), /Jan.*2026/);
});
