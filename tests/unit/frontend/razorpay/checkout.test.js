import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { createContext, runInContext } from "node:vm";
import { gzipSync } from "node:zlib";

const SOURCE = readFileSync(new URL("../../../../frontend/razorpay/checkout.js", import.meta.url), "utf8");
const USUAL = { key: "key_test_abc123", order_id: "order_1" };

/** A page on which the SDK is there already; `made` are the options that it got. */
function openPage() {
  const made = [];
  class PaymentGateway {
    static checkoutUrl = "http://localhost:3001";
    constructor(options) {
      made.push(options);
    }
    open() {}
    close() {
      made.at(-1).onClose();
    }
  }
  const page = {
    PaymentGateway,
    HTMLScriptElement: class {},
    HTMLFormElement: class {},
    document: { currentScript: null, querySelector: () => null },
    addEventListener() {},
    removeEventListener() {},
    console,
  };
  page.window = page;
  runInContext(SOURCE, createContext(page));
  return { Razorpay: page.Razorpay, made };
}

/** Opens a window. Returns the instance, and what the SDK got. */
async function opened(options) {
  const { Razorpay, made } = openPage();
  const instance = new Razorpay({ ...USUAL, ...options }).open();
  await new Promise(setImmediate);
  return { instance, native: made[0], wish: JSON.parse(made[0].razorpay) };
}

/** Objects of the other realm have prototypes of their own. */
const plain = (value) => (value === undefined ? undefined : JSON.parse(JSON.stringify(value)));

test("the key, the order, the colour and the prefill are the SDK's", async () => {
  const { native } = await opened({
    theme: { color: "#3399cc" },
    timeout: 300,
    prefill: { name: "Asha Rao", method: "card", vpa: "asha@upi", "card[number]": "4111111111111111" },
  });
  assert.equal(native.key, USUAL.key);
  assert.equal(native.orderId, USUAL.order_id);
  assert.equal(native.timeout, 300);
  assert.deepEqual(plain(native.theme), { color: "#3399cc" });
  assert.deepEqual(plain(native.prefill), {
    name: "Asha Rao",
    method: "card",
    vpa: "asha@upi",
    card: "4111111111111111",
  });
});

test("the rest is for the checkout page, and an Indian number gets its country", async () => {
  const { wish } = await opened({
    amount: "500",
    currency: "INR",
    name: "Acme",
    prefill: { email: "asha@example.com", contact: "9999999999" },
    notes: { table: 7 },
    modal: { escape: false, confirm_close: true },
  });
  assert.deepEqual(wish, {
    amount: "500",
    currency: "INR",
    name: "Acme",
    email: "asha@example.com",
    contact: "+919999999999",
    notes: { table: "7" },
    escape: false,
    confirm: true,
  });
});

test("a number with a country stays as it is", async () => {
  const { wish } = await opened({ prefill: { contact: "+14155550100" } });
  assert.equal(wish.contact, "+14155550100");
});

for (const [retry, retries] of [
  [undefined, undefined],
  [{ enabled: true }, undefined],
  [false, 0],
  [{ enabled: false }, 0],
  [{ enabled: true, max_count: 3 }, 3],
]) {
  test(`retry ${JSON.stringify(retry)} is ${retries}`, async () => {
    assert.equal((await opened({ retry })).native.retry, retries);
  });
}

for (const [options, methods] of [
  [{}, undefined],
  [{ method: { upi: true, card: true } }, undefined],
  [{ method: { upi: "0" } }, ["card", "netbanking"]],
  [{ method: { card: false, netbanking: false } }, ["upi"]],
  [{ config: { display: { hide: [{ method: "upi" }] } } }, ["card", "netbanking"]],
  [{ config: { display: { hide: [{ method: "netbanking", issuers: ["HDFC"] }] } } }, undefined],
]) {
  test(`${JSON.stringify(options)} offers ${methods ?? "all methods"}`, async () => {
    assert.deepEqual(plain((await opened(options)).native.methods), methods);
  });
}

test("names with dots are objects, and the shop's own objects stay as they are", async () => {
  const prefill = Object.freeze({ email: "asha@example.com" });
  const { wish, native } = await opened({ prefill, "prefill.name": "Asha", "theme.color": "#112233" });
  assert.equal(wish.email, "asha@example.com");
  assert.equal(native.prefill.name, "Asha");
  assert.equal(native.theme.color, "#112233");
});

test("a name with dots reaches no prototype", async () => {
  await opened({ "__proto__.polluted": 1, "constructor.prototype.polluted": 1 });
  assert.equal({}.polluted, undefined);
});

test("a window without a key or an order is refused in words", () => {
  const { Razorpay } = openPage();
  assert.throws(() => new Razorpay({ order_id: "order_1" }), /No key passed/);
  assert.throws(() => new Razorpay({ key: "k" }).open(), /order_id is required/);
});

test("the handler gets the server's fields and no dismissal follows", async () => {
  const heard = [];
  const { native } = await opened({
    handler: (response) => heard.push(plain(response)),
    modal: { ondismiss: () => heard.push("dismissed") },
  });
  const razorpay = { razorpay_payment_id: "pay_1", razorpay_order_id: "order_1", razorpay_signature: "ab" };
  native.onSuccess({ paymentId: "pay_1", orderId: "order_1", razorpay });
  native.onClose();
  assert.deepEqual(heard, [razorpay]);
});

test("listeners are called until they are taken off", async () => {
  const { instance, native } = await opened({});
  const heard = [];
  const always = ({ error }) => heard.push(error.reason);
  instance.on("payment.failed", always).once("payment.failed", () => heard.push("once"));
  native.onFailure({ razorpay: { error: { reason: "card_declined" } } });
  native.onFailure({ error: { description: "No" } });
  instance.off("payment.failed", always);
  native.onFailure({ error: { description: "No" } });
  assert.deepEqual(heard, ["card_declined", "once", "payment_failed"]);
});

test("close dismisses, and a window that was closed before the SDK came is not shown", async () => {
  const heard = [];
  const { instance } = await opened({ modal: { ondismiss: () => heard.push("dismissed") } });
  instance.close();
  assert.deepEqual(heard, ["dismissed"]);

  const { Razorpay, made } = openPage();
  new Razorpay(USUAL).open().close();
  await new Promise(setImmediate);
  assert.deepEqual(made, []);
});

test("the script is under six kilobytes and needs no eval", () => {
  assert.ok(gzipSync(SOURCE).length < 6 * 1024);
  assert.doesNotMatch(SOURCE, /eval\(|innerHTML/);
});
