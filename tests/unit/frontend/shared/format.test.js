import assert from "node:assert/strict";
import { test } from "node:test";
import {
  formatAmount,
  formatCount,
  formatDateTime,
  formatDay,
  formatExactTime,
  formatPercent,
  parseAmount,
  plainAmount,
} from "../../../../frontend/shared/format.js";

/** Intl sets currencies apart by a no-break space. */
const plain = (text) => text.replaceAll("\u00a0", " ");

test("an amount shows in the currency's own unit, rupees in lakhs and crores", () => {
  assert.equal(plain(formatAmount(50000, "INR")), "₹500.00");
  assert.equal(plain(formatAmount(1_234_567_890, "INR")), "₹1,23,45,678.90");
  assert.equal(plain(formatAmount(123_456_789, "USD")), "$1,234,567.89");
  assert.equal(plain(formatAmount(12000, "JPY")), "¥12,000");
  assert.equal(plain(formatAmount(1500, "KWD")), "KWD 1.500");
  assert.equal(plain(formatAmount(50000)), "₹500.00");
});

test("decimals are those of ISO 4217, also where Intl has fewer", () => {
  assert.equal(plain(formatAmount(12345, "RSD")), "RSD 123.45");
  assert.equal(plain(formatAmount(12345, "IQD")), "IQD 12.345");
});

test("a code that is no currency still shows the amount", () => {
  assert.equal(formatAmount(500, "rupees"), "500 rupees");
});

test("a field starts with an amount that it can read again", () => {
  for (const [amount, currency] of [
    [49990, "INR"],
    [5, "USD"],
    [12000, "JPY"],
    [1500, "KWD"],
  ]) {
    assert.equal(parseAmount(plainAmount(amount, currency), currency), amount);
  }
  assert.equal(plainAmount(49990, "INR"), "499.90");
});

test("what is typed becomes minor units exactly", () => {
  assert.equal(parseAmount("499.90"), 49990);
  assert.equal(parseAmount(" 499.9 "), 49990);
  assert.equal(parseAmount("499."), 49900);
  assert.equal(parseAmount("0.29"), 29);
  assert.equal(parseAmount("1,00,000"), 10_000_000);
  assert.equal(parseAmount("1,000,000.50"), 100_000_050);
  assert.equal(parseAmount("60", "JPY"), 60);
  assert.equal(parseAmount("0.005", "KWD"), 5);
});

test("what may mean two amounts, or none, is refused", () => {
  for (const text of ["", "10,00", "1,0000", ",100", "1.005", "-5", "1e3", "five", "1234567890123"]) {
    assert.equal(parseAmount(text), null, text);
  }
  assert.equal(parseAmount("60.5", "JPY"), null);
});

test("a day of the statistics is a day in UTC", () => {
  assert.equal(formatDay("2026-01-31"), "Jan 31");
});

test("a time that is not known is a dash", () => {
  for (const format of [formatDateTime, formatExactTime]) {
    assert.equal(format(null), "–");
    assert.equal(format(undefined), "–");
  }
  assert.match(formatExactTime("2026-03-14T09:30:15Z"), /2026.*:15/);
  assert.match(formatDateTime("2026-03-14T09:30:15Z"), /2026/);
});

test("rates and counts read as a person writes them", () => {
  assert.equal(formatPercent(89.25), "89.3%");
  assert.equal(formatPercent(0), "0%");
  assert.equal(formatCount(1234567), "1,234,567");
});
