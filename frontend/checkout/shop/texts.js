/** Holds every word of the demo shop. */
export const texts = {
  title: "Demo shop",
  tagline: "A shop of one product, to see the checkout from the buyer's side. Nothing to type, no real money.",
  product: "Monsoon umbrella",
  description: "Keeps one person dry, two if they like each other.",
  quantity: "Quantity",
  /** @param {string} amount */
  buy: (amount) => `Buy for ${amount}`,
  hosted: "Pay on the hosted page instead",
  /** @param {string} amount */
  thanks: (amount) => `Thank you, paid ${amount}`,
  buying: "Creating the order…",
  /** @param {string} amount */
  payOrder: (amount) => `Pay ${amount}`,
  givenOrder: "Your order",
  network: "The gateway does not answer. Is it running?",
  instruments: "Buy with one click",
  instrumentsText: "Each button opens the checkout with the instrument filled in.",
  /** What each instrument leads to, and what the SDK is asked to fill in. */
  examples: [
    ["success@upi", "succeeds", { method: "upi", vpa: "success@upi" }],
    ["failure@upi", "fails", { method: "upi", vpa: "failure@upi" }],
    ["4111 1111 1111 1111", "succeeds (Visa)", { method: "card", card: "4111111111111111" }],
    ["5555 5555 5555 4444", "succeeds (Mastercard)", { method: "card", card: "5555555555554444" }],
    ["4000 0027 6000 3184", "asks for a code", { method: "card", card: "4000002760003184" }],
    ["4000 0000 0000 0002", "is declined", { method: "card", card: "4000000000000002" }],
    ["HDFC Bank", "opens the test bank", { method: "netbanking", bank: "HDFC" }],
  ],
  /** @param {string} instrument */
  use: (instrument) => `Buy with ${instrument}`,
  returned: {
    success: "You came back from the hosted page: paid.",
    failed: "You came back from the hosted page: not paid.",
    voided: "You came back from the hosted page: the payment was released.",
  },
  verified: "The shop's server has verified the signature.",
  forged: "The signature is wrong: a shop must not believe this.",
  log: "What the shop's page hears",
  logEmpty: "Nothing yet: the SDK's callbacks appear here.",
  dashboard: "Open the dashboard",
};
