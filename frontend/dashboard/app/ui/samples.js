/** Builds a sample of each event's body, as a receiver gets it. */

const [AMOUNT, TAKEN] = [49_900, "2026-11-23T10:15:00.000000Z"];
const PAYMENT = {
  id: "pay_4fT0qXbb1ZsLw9Ra",
  order_id: "order_9kQ2mVcc7HtNp3Ed",
  amount: AMOUNT,
  currency: "INR",
  method: "upi",
  vpa: "success@upi",
  status: "success",
  captured: false,
  created_at: TAKEN,
};
const ORDER = { id: PAYMENT.order_id, amount: AMOUNT, currency: "INR", receipt: "INV-1003", status: "paid" };
const REFUND = {
  id: "rfnd_1aB8zYee5KuQr6Tf",
  payment_id: PAYMENT.id,
  amount: 10_000,
  reason: "Damaged",
  status: "processed",
};
const SETTLEMENT = {
  id: "setl_7Qm2xRk9TnB4vLpW",
  amount: 97_640,
  fees: 2_360,
  tax: 360,
  currency: "INR",
  status: "processed",
};

const DISPUTE = {
  id: "disp_7mN3rTgg2JvSx5Pk",
  payment_id: PAYMENT.id,
  amount: AMOUNT,
  currency: "INR",
  status: "open",
  phase: "chargeback",
  reason: "goods_not_received",
};

/** @type {Record<string, object>} What an event changes in the sample of its object. */
const CHANGES = {
  "payment.created": { status: "pending" },
  "payment.pending": { status: "pending" },
  "payment.failed": { status: "failed", error_code: "PAYMENT_FAILED" },
  "payment.captured": { captured: true },
  "payment.voided": { status: "voided" },
  "payment.expired": { status: "failed" },
  "refund.created": { status: "pending" },
  "refund.failed": { status: "failed" },
  "dispute.under_review": { status: "under_review" },
  "dispute.won": { status: "won" },
  "dispute.lost": { status: "lost" },
  "order.expired": { status: "expired" },
  "order.cancelled": { status: "cancelled" },
};

/** @param {string} event */
export function samples(event) {
  const kind = event.split(".")[0] ?? "";
  /** @type {Record<string, object>} */
  const objects = { payment: PAYMENT, order: ORDER, refund: REFUND, settlement: SETTLEMENT, dispute: DISPUTE };
  return { event, timestamp: 1_763_892_900, data: { [kind]: { ...objects[kind], ...CHANGES[event] } } };
}
