/** Holds every word of the checkout and success pages. */
export const texts = {
  /** @param {string} merchant */
  title: (merchant) => `Pay ${merchant}`,
  slowLoading: "Still loading. The connection seems slow…",
  payTo: "Pay to",
  order: "Order",
  secured: "Encrypted, and used for this payment only.",
  method: "How would you like to pay?",
  upi: "UPI",
  card: "Card",
  vpa: "UPI ID",
  vpaPlaceholder: "name@bank",
  handles: "Common UPI handles",
  vpaGood: "Looks right",
  number: "Card number",
  numberPlaceholder: "1234 5678 9012 3456",
  expiry: "Expires",
  expiryPlaceholder: "MM/YY",
  cvv: "CVV",
  holder: "Name on card",
  holderPlaceholder: "As printed on the card",
  /** @param {string} amount */
  pay: (amount) => `Pay ${amount}`,
  cancel: "Cancel",
  back: "Back",
  errors: {
    vpaMissing: "Enter your UPI ID.",
    vpaShape: "A UPI ID looks like name@bank.",
    numberMissing: "Enter the card number.",
    numberShort: "The card number is too short.",
    numberWrong: "This card number has a typing mistake.",
    expiryMissing: "Enter the expiry date.",
    expiryShape: "Enter the expiry date as MM/YY.",
    expiryPast: "This card has expired.",
    cvvMissing: "Enter the CVV.",
    /** @param {number} digits */
    cvvShape: (digits) => `The CVV has ${digits} digits.`,
    holderMissing: "Enter the name on the card.",
  },
  networks: { visa: "Visa", mastercard: "Mastercard", amex: "Amex", rupay: "RuPay", unknown: "" },
  processing: {
    title: "Processing payment",
    sending: "Sending your payment securely…",
    waiting: "Waiting for your bank to confirm…",
    waitingUpi: "Waiting for your UPI app and bank to confirm…",
    slow: "Your bank is taking longer than usual. Please keep this page open.",
    offline: "The connection is gone. We keep trying; you will not be charged twice.",
  },
  success: {
    title: "Payment successful",
    /** @param {string} amount @param {string} [merchant] */
    message: (amount, merchant) => (merchant ? `You paid ${amount} to ${merchant}.` : `You paid ${amount}.`),
    paymentId: "Payment ID",
    pending: "This payment is still being processed.",
    failed: "This payment did not succeed.",
    note: "Keep the payment ID if you have questions about this payment.",
  },
  failure: {
    title: "Payment failed",
    retry: "Try again",
    fallback: "The payment did not go through.",
    notCharged: "You have not been charged.",
  },
  doubt: {
    title: "No answer yet",
    network: "The payment service did not answer. Try again: you will not be charged twice.",
    bank: "We lost touch with your bank before it answered. Check again before you pay another way.",
    checkAgain: "Check again",
  },
  pause: {
    title: "Too many attempts",
    text: (seconds = 60) =>
      `Please wait ${seconds < 90 ? `${seconds} seconds` : `${Math.ceil(seconds / 60)} minutes`}, then try again.`,
  },
  underWay: {
    title: "Another payment is under way",
    text: "Another payment for this order is being made. This page follows it.",
    another: "Pay another way",
  },
  /** @satisfies {Record<string, Notice>} */
  notices: {
    incomplete: { title: "This payment link is incomplete", text: "Go back to the shop and start the payment again." },
    unknown: {
      title: "We cannot find this order",
      text: "The link may be mistyped or too old. Go back to the shop and start again.",
    },
    paid: {
      icon: "check",
      title: "This order is already paid",
      text: "There is nothing left to pay. You can close this page.",
    },
    foreignFrame: {
      title: "This page cannot be shown here",
      text: "The shop does not allow this page to take its payments. Go to the shop itself and start the payment there.",
    },
    closed: { title: "This order cannot be paid", text: "Go back to the shop to place a new order." },
    network: {
      title: "No connection",
      text: "We could not reach the payment service. Check your connection and try again.",
    },
    paymentUnknown: {
      title: "We cannot find this payment",
      text: "The link may be mistyped. Ask the shop if you are unsure.",
    },
  },
};
