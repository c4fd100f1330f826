import assert from "node:assert/strict";
import { test } from "node:test";
import {
  cvvLength,
  digitsOf,
  fieldOfError,
  groupExpiry,
  groupNumber,
  instrument,
  luhnHolds,
  networkOf,
  parseExpiry,
  problemWith,
} from "../../../../../frontend/checkout/page/card.js";
import { texts } from "../../../../../frontend/checkout/page/texts/en.js";
import { readJson } from "../../read.js";

const NOW = new Date("2026-11-30T23:59:59Z");
const CARD = { number: "4111 1111 1111 1111", expiry: "12/30", cvv: "123", holder: " Asha Rao ", vpa: "" };

test("the network follows from the first digits, as the API says", () => {
  const wrong = readJson("tests/unit/domain/card_networks.json").filter(
    ([prefix, network]) => networkOf(prefix.padEnd(16, "0")) !== network,
  );
  assert.deepEqual(wrong, []);
});

test("only American Express has a CVV of four digits", () => {
  assert.deepEqual(["visa", "mastercard", "rupay", "unknown", "amex"].map(cvvLength), [3, 3, 3, 3, 4]);
});

test("the check digit finds one wrong digit and two that changed places", () => {
  assert.ok(luhnHolds("4111111111111111"));
  assert.ok(luhnHolds("378282246310005"));
  assert.ok(!luhnHolds("4111111111111112"));
  assert.ok(!luhnHolds("387282246310005"));
});

test("a number is grouped by fours, and American Express by four, six and five", () => {
  assert.equal(groupNumber("4111111111111111"), "4111 1111 1111 1111");
  assert.equal(groupNumber("41111"), "4111 1");
  assert.equal(groupNumber("378282246310005"), "3782 822463 10005");
  assert.equal(groupNumber("6011 1111-1111 1117"), "6011 1111 1111 1117");
  assert.equal(groupNumber("no digit"), "");
});

test("a number never grows beyond nineteen digits", () => {
  assert.equal(digitsOf(groupNumber("4".repeat(30))).length, 19);
});

test("digits of other scripts are taken as digits", () => {
  assert.equal(digitsOf("４１１１ １１１１"), "41111111");
  assert.equal(digitsOf("४१११"), "4111");
  assert.equal(digitsOf("٤١١١"), "4111");
  assert.equal(digitsOf("𝟒𝟏𝟙𝟣"), "4111");
  assert.equal(groupNumber("４１１１１１１１１１１１１１１１"), "4111 1111 1111 1111");
  assert.equal(groupExpiry("१२/३०"), "12/30");
  assert.deepEqual(parseExpiry("５／３０"), { month: "05", year: "2030" });
  assert.equal(problemWith("cvv", { number: CARD.number, cvv: "१२३" }), null);
  assert.equal(instrument("card", { ...CARD, cvv: "१२३" }).card.cvv, "123");
});

test("every decimal digit of Unicode has its value", () => {
  const scripts = [];
  for (let code = 0; code <= 0x10ffff; code += 1) {
    if (/\p{Nd}/u.test(String.fromCodePoint(code))) scripts.push(String.fromCodePoint(code));
  }
  assert.ok(scripts.length >= 650);
  assert.equal(digitsOf(scripts.join("")), "0123456789".repeat(scripts.length / 10));
});

test("the slash of an expiry comes by itself, except while deleting", () => {
  assert.equal(groupExpiry("1"), "1");
  assert.equal(groupExpiry("12"), "12/");
  assert.equal(groupExpiry("12", true), "12");
  assert.equal(groupExpiry("5"), "05/");
  assert.equal(groupExpiry("1/3"), "01/3");
  assert.equal(groupExpiry("12/2030"), "12/2030");
});

test("an expiry has a month and a year of two or four digits", () => {
  assert.deepEqual(parseExpiry("12/30"), { month: "12", year: "2030" });
  assert.deepEqual(parseExpiry("1/2030"), { month: "01", year: "2030" });
  assert.equal(parseExpiry("13/30"), null);
  assert.equal(parseExpiry("12/3"), null);
  assert.equal(parseExpiry("00/30"), null);
});

test("a card is good through the last second of its month in UTC", () => {
  assert.equal(problemWith("expiry", { expiry: "11/26" }, NOW), null);
  assert.equal(problemWith("expiry", { expiry: "11/26" }, new Date("2026-12-01T00:00:00Z")), "expiryPast");
  assert.equal(problemWith("expiry", { expiry: "10/26" }, NOW), "expiryPast");
});

test("each mistake of the form has its own words", () => {
  const mistakes = [
    ["number", "", "numberMissing"],
    ["number", "4111", "numberShort"],
    ["number", "4111 1111 1111 1112", "numberWrong"],
    ["expiry", " ", "expiryMissing"],
    ["expiry", "13/30", "expiryShape"],
    ["expiry", "01/20", "expiryPast"],
    ["cvv", "", "cvvMissing"],
    ["cvv", "12", "cvvShape"],
    ["holder", "  ", "holderMissing"],
    ["vpa", "", "vpaMissing"],
    ["vpa", "no at sign", "vpaShape"],
  ];
  for (const [field, value, problem] of mistakes) {
    assert.equal(problemWith(field, { ...CARD, [field]: value }, NOW), problem);
  }
  assert.deepEqual(mistakes.map(([, , problem]) => problem).sort(), Object.keys(texts.errors).sort());
});

test("a CVV is as long as the number's network wants", () => {
  assert.equal(problemWith("cvv", { number: "3782 822463 10005", cvv: "123" }), "cvvShape");
  assert.equal(problemWith("cvv", { number: "3782 822463 10005", cvv: "1234" }), null);
  assert.equal(texts.errors.cvvShape(4), "The CVV has 4 digits.");
});

test("a UPI ID may have spaces around it, but not within", () => {
  assert.equal(problemWith("vpa", { vpa: " asha@oksbi " }), null);
  assert.equal(problemWith("vpa", { vpa: "asha rao@oksbi" }), "vpaShape");
});

test("the API gets the instrument without spaces and separators", () => {
  assert.deepEqual(instrument("upi", { ...CARD, vpa: " asha@oksbi " }), { method: "upi", vpa: "asha@oksbi" });
  assert.deepEqual(instrument("card", CARD), {
    method: "card",
    card: {
      number: "4111111111111111",
      expiry_month: "12",
      expiry_year: "2030",
      cvv: "123",
      holder_name: "Asha Rao",
    },
  });
});

test("an error of the API is shown beside the field it is about", () => {
  assert.equal(fieldOfError({ field: "card.number" }), "number");
  assert.equal(fieldOfError({ field: "card.expiry_year" }), "expiry");
  assert.equal(fieldOfError({ field: "card.cvv", code: "INVALID_CARD" }), "cvv");
  assert.equal(fieldOfError({ field: "card.holder_name" }), "holder");
  assert.equal(fieldOfError({ field: null, code: "INVALID_VPA" }), "vpa");
  assert.equal(fieldOfError({ code: "EXPIRED_CARD" }), "expiry");
  assert.equal(fieldOfError({ field: "order_id", code: "BAD_REQUEST_ERROR" }), undefined);
});
