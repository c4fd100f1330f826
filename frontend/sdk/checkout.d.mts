/**
 * Types of the checkout SDK: of the exports of checkout.mjs, beside which TypeScript looks for them, and of the global
 * of checkout.js.
 */

export type PaymentMethod = "upi" | "card" | "netbanking";

export interface PaymentSuccess {
  paymentId: string;
  orderId: string;
  /** In the currency's minor unit. */
  amount: number;
  /** ISO 4217. */
  currency: string;
  status: "success";
}

export interface PaymentFailure {
  paymentId: string;
  orderId: string;
  amount: number;
  currency: string;
  /** "voided": the shop has released the money. */
  status: "failed" | "voided";
  error: { code: string; description: string };
}

export interface PaymentGatewayOptions {
  /** The public API key; the secret stays on your server. */
  key: string;
  /** The order your server created. */
  orderId: string;
  /** Called once, when the payer has seen the success. Check the payment on your server before you deliver. */
  onSuccess?(payment: PaymentSuccess): void;
  /** The window stays open for another try. */
  onFailure?(payment: PaymentFailure): void;
  /** Called whenever the window goes, after a success too. A payment under way then may still succeed: onSuccess. */
  onClose?(): void;
  /** Fills the form. `method` opens a method; `bank` is the four letters of an IFSC code. */
  prefill?: { name?: string; vpa?: string; method?: PaymentMethod; bank?: string } & Record<string, string | undefined>;
  /** `color` is "#rrggbb" and takes the place of the merchant's own colour. */
  theme?: { color?: string };
  /** The methods to offer, in this order; all of them by default. */
  methods?: PaymentMethod[];
  /** The language; the browser's by default. */
  locale?: "en" | "hi";
  /** How often a payer may try again after a failure; false for never. Without a limit by default. */
  retry?: boolean | number;
  /** Seconds after which the window closes by itself, but never over a payment under way. */
  timeout?: number;
  /** The checkout's origin, where it is not the one this script came from. */
  checkoutUrl?: string;
}

declare class Gateway {
  static checkoutUrl: string | undefined;
  constructor(options: PaymentGatewayOptions);
  /**
   * Shows the window; nothing happens when it is open. Another instance's window goes first. Throws in a page without a
   * web origin (a file, a sandboxed frame, an app's own scheme), because browsers do not let such a page hear a result.
   */
  open(): void;
  /** Removes the window without a question and gives the focus back; nothing happens when it is closed. */
  close(): void;
}

export { Gateway as PaymentGateway, Gateway as default };

declare global {
  var PaymentGateway: typeof Gateway;
}
