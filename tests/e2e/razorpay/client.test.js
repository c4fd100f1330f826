import assert from "node:assert/strict";
import test from "node:test";
import Razorpay from "razorpay";
import { validatePaymentVerification } from "razorpay/dist/utils/razorpay-utils.js";

const { RAZORPAY_BASE_URL: url, RAZORPAY_KEY: key_id, RAZORPAY_SECRET: key_secret } = process.env;
const shop = new Razorpay({ key_id, key_secret });
shop.api.rq.defaults.baseURL = url;

async function pay(asked) {
  const headers = {
    Authorization: `Basic ${btoa(`${key_id}:${key_secret}`)}`,
    "Content-Type": "application/json",
  };
  const body = JSON.stringify(typeof asked === "string" ? { order_id: asked } : asked);
  const answer = await fetch(`${url}/api/v1/sandbox/razorpay/pay`, { method: "POST", headers, body });
  assert.equal(answer.status, 200);
  return answer.json();
}

const unique = (text) => `${text}-${Date.now()}-${Math.random()}`.slice(0, 40);

test("orders are made, fetched, listed and edited", async () => {
  const order = await shop.orders.create({ amount: 50000, currency: "INR", notes: { a: "b" } });
  assert.equal((await shop.orders.fetch(order.id)).status, "created");
  assert.equal((await shop.orders.all({ count: 1 })).items[0].id, order.id);
  assert.equal((await shop.orders.all({ from: new Date(Date.now() - 60000).toISOString(), count: 1 })).items.length, 1);
  assert.deepEqual((await shop.orders.edit(order.id, { notes: { c: "d" } })).notes, { c: "d" });
});

test("a paid order has a signature that the client verifies", async () => {
  const order = await shop.orders.create({ amount: 50000 });
  const { razorpay_order_id, razorpay_payment_id, razorpay_signature } = await pay(order.id);
  const signed = { order_id: razorpay_order_id, payment_id: razorpay_payment_id };
  assert.ok(validatePaymentVerification(signed, razorpay_signature, key_secret));
  assert.equal((await shop.orders.fetchPayments(order.id)).items[0].id, razorpay_payment_id);
});

test("payments are captured, edited and refunded", async () => {
  const order = await shop.orders.create({ amount: 50000, payment_capture: false });
  const { razorpay_payment_id: id } = await pay(order.id);
  assert.equal((await shop.payments.fetch(id)).status, "authorized");
  assert.equal((await shop.payments.capture(id, 50000, "INR")).status, "captured");
  assert.deepEqual((await shop.payments.edit(id, { notes: { k: "v" } })).notes, { k: "v" });
  assert.ok((await shop.payments.all()).items.length > 0);
  const refund = await shop.payments.refund(id, { amount: "100" });
  assert.equal((await shop.refunds.fetch(refund.id)).amount, 100);
  assert.deepEqual((await shop.refunds.edit(refund.id, { notes: { k: "v" } })).notes, { k: "v" });
  assert.equal((await shop.payments.fetchMultipleRefund(id)).items[0].id, refund.id);
  assert.equal((await shop.payments.fetchRefund(id, refund.id)).id, refund.id);
  assert.ok((await shop.refunds.all({ payment_id: id })).items.length === 1);
});

test("an order shows its payments where the client asks for them in its own spelling", async () => {
  const order = await shop.orders.create({ amount: 50000 });
  await pay(order.id);
  const shown = await shop.orders.all({ "expand[]": "payments", count: 1 });
  assert.equal(shown.items[0].payments.count, 1);
});

test("customers are made, fetched, listed and edited", async () => {
  const email = `${unique("asha")}@example.com`.replaceAll(/[^a-z0-9@.]/g, "");
  const made = await shop.customers.create({ name: "Asha", email, contact: "9876543210" });
  assert.equal((await shop.customers.fetch(made.id)).email, email);
  assert.equal((await shop.customers.edit(made.id, { name: "Asha Rao" })).name, "Asha Rao");
  assert.ok((await shop.customers.all()).items.length > 0);
  await assert.rejects(shop.customers.create({ name: "Asha", email, contact: "9876543210" }), (refused) => {
    return refused.error.description === "Customer already exists for the merchant";
  });
});

test("links are made, fetched, listed, edited, told of and cancelled", async () => {
  const made = await shop.paymentLink.create({ amount: 500, reference_id: unique("bill") });
  assert.equal((await shop.paymentLink.fetch(made.id)).status, "created");
  assert.ok((await shop.paymentLink.all()).payment_links.length > 0);
  assert.deepEqual((await shop.paymentLink.edit(made.id, { notes: { k: "v" } })).notes, { k: "v" });
  assert.deepEqual(await shop.paymentLink.notifyBy(made.id, "sms"), { success: true });
  assert.equal((await shop.paymentLink.cancel(made.id)).status, "cancelled");
});

test("a link is paid in parts, and the way back is verified by the client", async () => {
  const wanted = { amount: 5000, accept_partial: true, first_min_partial_amount: 1000, callback_url: "http://127.0.0.1:9/" };
  const made = await shop.paymentLink.create(wanted);
  const { razorpay_payment_id } = await pay({ order_id: made.order_id, amount: 1000 });
  assert.equal((await shop.paymentLink.fetch(made.id)).status, "partially_paid");
  const answer = await fetch(`${url}/api/v1/payments/${razorpay_payment_id}/public/return?key=${key_id}`);
  const told = new URL((await answer.json()).url).searchParams;
  const of = (name) => told.get(`razorpay_${name}`);
  const signed = {
    payment_link_id: made.id,
    payment_id: razorpay_payment_id,
    payment_link_reference_id: of("payment_link_reference_id"),
    payment_link_status: "partially_paid",
  };
  assert.ok(validatePaymentVerification(signed, of("signature"), key_secret));
});

test("webhooks are made, fetched, listed, edited and deleted", async () => {
  const wanted = { url: "http://localhost:9/hook", events: ["payment.captured"], secret: "a secret" };
  const made = await shop.webhooks.create(wanted, "acc_1");
  assert.equal((await shop.webhooks.fetch(made.id, "acc_1")).url, wanted.url);
  assert.ok((await shop.webhooks.all({}, "acc_1")).items.length > 0);
  assert.deepEqual((await shop.webhooks.edit({ events: ["order.paid"] }, made.id, "acc_1")).events, ["order.paid"]);
  assert.deepEqual(await shop.webhooks.delete(made.id, "acc_1"), []);
});

test("an error has its status and its description", async () => {
  await assert.rejects(shop.orders.create({ amount: 1 }), (refused) => {
    assert.equal(refused.statusCode, 400);
    assert.equal(refused.error.description, "Order amount less than minimum amount allowed");
    return true;
  });
  await assert.rejects(shop.orders.fetch("order_1"), (refused) => refused.statusCode === 400);
});

test("QR codes are made, fetched, listed, paid and closed", async () => {
  const terms = { type: "upi_qr", usage: "multiple_use", fixed_amount: true, payment_amount: 300 };
  const code = await shop.qrCode.create(terms);
  assert.equal((await shop.qrCode.fetch(code.id)).payment_amount, 300);
  assert.equal((await shop.qrCode.all({ count: 1 })).items[0].id, code.id);
  assert.equal((await shop.qrCode.fetchAllPayments(code.id)).count, 0);
  assert.equal((await shop.qrCode.close(code.id)).close_reason, "on_demand");
  await assert.rejects(shop.qrCode.close(code.id), { statusCode: 400 });
});

test("plans and subscriptions are made, fetched, listed, changed and cancelled", async () => {
  const item = { name: "Tea", amount: 9900, currency: "INR" };
  const plan = await shop.plans.create({ period: "monthly", interval: 1, item });
  assert.equal((await shop.plans.fetch(plan.id)).item.amount, 9900);
  assert.equal((await shop.plans.all({ count: 1 })).items[0].id, plan.id);
  const made = await shop.subscriptions.create({ plan_id: plan.id, total_count: 3 });
  assert.equal((await shop.subscriptions.fetch(made.id)).status, "created");
  assert.equal((await shop.subscriptions.all({ plan_id: plan.id })).count, 1);
  await assert.rejects(shop.subscriptions.pause(made.id, { pause_at: "now" }), { statusCode: 400 });
  const addon = await shop.subscriptions.createAddon(made.id, { item: { name: "Cup", amount: 100, currency: "INR" } });
  assert.equal(addon.entity, "addon");
  assert.equal((await shop.subscriptions.cancel(made.id, false)).status, "cancelled");
});

test("a paid subscription is signed, changed, paused, resumed and invoiced", async () => {
  const item = { name: "Tea", amount: 9900, currency: "INR" };
  const plan = await shop.plans.create({ period: "weekly", interval: 1, item });
  const { id } = await shop.subscriptions.create({ plan_id: plan.id, total_count: 3 });
  const { razorpay_payment_id: payment_id, razorpay_signature } = await pay({ subscription_id: id });
  assert.ok(validatePaymentVerification({ subscription_id: id, payment_id }, razorpay_signature, key_secret));
  while ((await shop.subscriptions.fetch(id)).status !== "active") await new Promise((done) => setTimeout(done, 50));
  const later = { quantity: 5, schedule_change_at: "cycle_end" };
  assert.equal((await shop.subscriptions.update(id, later)).has_scheduled_changes, true);
  assert.equal((await shop.subscriptions.pendingUpdate(id)).quantity, 5);
  assert.equal((await shop.subscriptions.cancelScheduledChanges(id)).has_scheduled_changes, false);
  assert.equal((await shop.subscriptions.pause(id, { pause_at: "now" })).status, "paused");
  assert.equal((await shop.subscriptions.resume(id, { resume_at: "now" })).status, "active");
  assert.equal((await shop.invoices.all({ subscription_id: id })).items[0].payment_id, payment_id);
});

test("a payment shows its card and its methods, and a refusal says why", async () => {
  const { id } = await shop.orders.create({ amount: 50000 });
  const { razorpay_payment_id } = await pay({ order_id: id, method: "card" });
  const card = await shop.payments.fetchCardDetails(razorpay_payment_id);
  assert.deepEqual((await shop.payments.fetch(razorpay_payment_id, { "expand[]": "card" })).card, card);
  assert.equal((await shop.payments.fetchPaymentMethods()).upi, true);
  const says = (description) => (refused) => refused.error.description === description;
  const again = "This payment has already been captured";
  await assert.rejects(shop.payments.capture(razorpay_payment_id, 50000, "INR"), says(again));
  const tooMuch = "The refund amount provided is greater than amount captured.";
  await assert.rejects(shop.payments.refund(razorpay_payment_id, { amount: 50001 }), says(tooMuch));
  const unknown = "The id provided does not exist";
  for (const things of [shop.orders, shop.payments, shop.refunds, shop.customers, shop.plans, shop.subscriptions]) {
    await assert.rejects(things.fetch("none_1"), says(unknown));
  }
  await assert.rejects(shop.qrCode.fetch("qr_1"), says(unknown));
  await assert.rejects(shop.paymentLink.fetch("plink_1"), says(unknown));
});
