import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { contradiction, dressed, payer, result } from "../../../../../frontend/checkout/page/razorpay.js";

const ORDER = { amount: 500, currency: "INR", merchant_name: "Shop", merchant: { name: "Shop" }, description: "Tea" };
const { fetch } = globalThis;

afterEach(() => {
  globalThis.fetch = fetch;
});

for (const [wish, words] of [
  [{}, undefined],
  [{ amount: "500", currency: "INR" }, undefined],
  [{ amount: "" }, undefined],
  [{ amount: 499 }, /amount/],
  [{ amount: 0 }, /amount/],
  [{ currency: "USD" }, /currency/],
  [{ description: "x".repeat(255) }, undefined],
  [{ description: "x".repeat(256) }, /no more than 255/],
  [{ notes: Object.fromEntries(Array.from({ length: 16 }, (_, index) => [index, "x"])) }, /no more than 15 keys/],
]) {
  test(`${JSON.stringify(wish).slice(0, 40)} ${words ? "contradicts" : "fits"} the order`, () => {
    const found = contradiction(wish, ORDER);
    if (words) assert.match(found, words);
    else assert.equal(found, undefined);
  });
}

test("the page's name and description take the place of the merchant's", () => {
  const shown = dressed({ name: "Acme", description: "Coffee" }, ORDER);
  assert.equal(shown.merchant.name, "Acme");
  assert.equal(shown.description, "Coffee");
  assert.equal(dressed({}, ORDER).description, "Tea");
});

test("what the page does not tell of the payer is null, so that the order's notes are shown", () => {
  assert.deepEqual(payer({ email: "" }), { email: null, contact: null, description: null, notes: null });
});

test("the result is asked for again until somebody answers", async () => {
  const answers = [
    () => Promise.reject(new TypeError("offline")),
    async () => ({ ok: false, status: 503 }),
    async () => ({ ok: true, json: async () => ({ razorpay_payment_id: "pay_1" }) }),
  ];
  const asked = [];
  globalThis.fetch = (url) => {
    asked.push(url);
    return answers[asked.length - 1]();
  };
  assert.deepEqual(await result("pay_1", "k", 0), { razorpay: { razorpay_payment_id: "pay_1" } });
  assert.equal(asked.length, 3);
  assert.match(asked[0], /\/v1\/checkout\/payments\/pay_1\?key_id=k$/);
});

test("a refusal is not asked again", async () => {
  let asked = 0;
  globalThis.fetch = async () => {
    asked += 1;
    return { ok: false, status: 401 };
  };
  assert.deepEqual(await result("pay_1", "k", 0), {});
  assert.equal(asked, 1);
});
