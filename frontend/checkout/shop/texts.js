/** Holds every word of the demo shop. */
export const texts = {
  title: "Demo shop",
  tagline: "A shop of one product, to see the checkout from the buyer's side.",
  product: "Monsoon umbrella",
  description: "Keeps one person dry, two if they like each other.",
  quantity: "Quantity",
  /** @param {string} amount */
  buy: (amount) => `Buy for ${amount}`,
  /** @param {string} amount */
  thanks: (amount) => `Thank you, paid ${amount}`,
  buying: "Creating the order…",
  /** @param {string} id */
  payOrder: (id) => `Pay order ${id}`,
  setup: "Your test keys",
  setupText:
    "A real shop's server creates the order with its secret. This page stands in for that server: the secret stays " +
    "in its memory and goes to your gateway only.",
  key: "API key",
  secret: "API secret",
  secretHint: "On the dashboard's home page, behind Reveal, and in the README.",
  missing: "Enter the API key and secret first.",
  network: "The gateway does not answer. Is it running?",
  instruments: "Things to pay with",
  instrument: "Instrument",
  outcome: "What happens",
  examples: [
    ["success@upi", "succeeds"],
    ["failure@upi", "fails"],
    ["4111 1111 1111 1111", "succeeds (Visa; any future date, any CVV)"],
    ["5555 5555 5555 4444", "succeeds (Mastercard)"],
    ["4000 0000 0000 0002", "is declined"],
  ],
  log: "What the shop hears",
  logEmpty: "Nothing yet: the SDK's callbacks appear here.",
  dashboard: "Open the dashboard",
};
