/** The SDK as an ES module: `import { PaymentGateway } from "https://…/checkout.mjs"`. */
import "./checkout.js";

export const PaymentGateway = globalThis.PaymentGateway;
PaymentGateway.checkoutUrl ??= import.meta.url;
export default PaymentGateway;
