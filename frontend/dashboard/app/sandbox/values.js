/** Decides what the sandbox shows. Knows no DOM. */
import { texts } from "./texts.js";

const UNITS = /** @type {const} */ ([
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
]);

/** Returns a span such as "3 d 4 h": its two largest units. @param {number} seconds */
export function spanOf(seconds) {
  let left = Math.round(seconds);
  const parts = UNITS.map(([name, size]) => {
    const count = Math.floor(left / size);
    left -= count * size;
    return count ? `${count} ${texts.clock.units[name]}` : "";
  });
  const first = parts.findIndex(Boolean);
  return parts
    .slice(first, first + 2)
    .filter(Boolean)
    .join(" ");
}

/** @typedef {keyof typeof texts.acts.names} Act */
/** @type {Record<"pending" | "awaiting" | "held" | "failed", Act[]>} */
const ACTS = {
  pending: ["approve", "decline", "challenge", "silence", "expire"],
  awaiting: ["approve", "decline", "cancel", "challenge", "respond", "silence", "expire"],
  held: ["expire"],
  failed: ["late_approve"],
};

/**
 * Returns the acts that a payment takes. Capture and void have their own buttons. The sandbox refuses an act that has
 * become illegal meanwhile.
 * @param {Pick<Api.Payment, "status" | "captured" | "next_action">} payment @returns {Act[]}
 */
export function actsOn({ status, captured, next_action: next }) {
  if (status === "pending") return next ? ACTS.awaiting : ACTS.pending;
  if (status === "success" && !captured) return ACTS.held;
  return status === "failed" ? ACTS.failed : [];
}

/** The decline codes that a bank may give. docs/acquirers.md explains them. */
export const DECLINES = [
  "PAYMENT_DECLINED",
  "CARD_DECLINED",
  "INSUFFICIENT_FUNDS",
  "INCORRECT_PIN",
  "INCORRECT_CVC",
  "CARD_EXPIRED",
  "LOST_CARD",
  "CARD_NOT_ENABLED",
  "AUTHENTICATION_FAILED",
  "BANK_TECHNICAL_ERROR",
  "PAYMENT_TIMED_OUT",
  "PROCESSING_ERROR",
  "PAYMENT_FAILED",
];
