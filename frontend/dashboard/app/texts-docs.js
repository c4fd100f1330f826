/** Holds the words of the integration guide and the API reference. */
export const docsTexts = {
  docs: {
    title: "Integration guide",
    text: "Three steps, with your own API key filled in.",
    order: "1. Create an order on your server",
    orderText:
      "Amounts are integers in the currency's minor unit: 50000 is ₹500.00. The secret never goes to a browser.",
    sdk: "2. Open the checkout on your page",
    sdkText:
      "Or import { PaymentGateway } from checkout.mjs in an ES module. Check the payment on your server before you " +
      "deliver.",
    webhook: "3. Verify webhooks",
    webhookText:
      "Compare the signature of the exact bytes received, in constant time. The webhook-signature header follows " +
      "Standard Webhooks.",
    reference: "API reference",
    yourSecret: "YOUR_API_SECRET",
    tests: "What to pay with here",
    testsText: "Any expiry date to come, any CVV and any name will do. The Sandbox page has all instruments.",
    instruments: {
      "success@upi": "The payment succeeds",
      "failure@upi": "The payment fails",
      "4111 1111 1111 1111": "The payment succeeds",
      "4000 0000 0000 0002": "The bank declines the card",
      "4000 0027 6000 3184": "The bank asks for a code",
    },
    live: "Before real payers come",
    liveSteps: [
      "Keep the API secret on your server only, and give each server a key with the scopes that it needs.",
      "Deliver only what your server has seen paid: by a webhook with a right signature, or by asking for the payment.",
      "Store the event ID of a webhook, because an event can come twice and in another order.",
      "Send an Idempotency-Key with each order and refund, and the same key when you repeat the request.",
      "Name the pages that may show the checkout in the settings.",
    ],
  },
  reference: {
    title: "API reference",
    parameters: "Parameters",
    body: "Request body",
    responses: "Answers",
    required: "required",
    parts: "Parts",
    example: "Example",
    missing: "The API description is not published here.",
    document: "OpenAPI document",
    search: "Filter by path or word",
    nothing: "Nothing found.",
    curl: "As curl",
  },
};
