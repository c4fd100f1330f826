/**
 * Types of the checkout SDK: of the exports of checkout.mjs, beside which TypeScript looks for them, and of the global
 * of checkout.js.
 */

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
  status: "failed";
  error: { code: string; description: string };
}

export interface PaymentGatewayOptions {
  /** The public API key; the secret stays on your server. */
  key: string;
  /** The order your server created. */
  orderId: string;
  /** Called once; the window goes after it. Check the payment on your server before you deliver. */
  onSuccess?(payment: PaymentSuccess): void;
  /** The window stays open for another try. */
  onFailure?(payment: PaymentFailure): void;
  /** Called whenever the window goes, after a success too. */
  onClose?(): void;
  /** The checkout's origin, where it is not the one this script came from. */
  checkoutUrl?: string;
}

declare class Gateway {
  static checkoutUrl: string | undefined;
  constructor(options: PaymentGatewayOptions);
  /** Shows the window; nothing happens when it is open. Another instance's window goes first. */
  open(): void;
  /** Removes the window and gives the focus back; nothing happens when it is closed. */
  close(): void;
}

export { Gateway as PaymentGateway, Gateway as default };

declare global {
  var PaymentGateway: typeof Gateway;
}
