/**
 * Holds every word of the dashboard, by page; the pages for developers have theirs in texts-developers.js. The pages
 * show statuses and the API's own messages unchanged.
 */
import { developerTexts } from "./texts-developers.js";
import { docsTexts } from "./texts-docs.js";
import { listTexts } from "./texts-lists.js";
import { moneyTexts } from "./texts-money.js";

export const texts = {
  product: "Payment Gateway",
  framed: "The dashboard does not work inside another page.",
  navigation: "Dashboard",
  skip: "Skip to content",
  signOut: "Sign out",
  network: "The gateway does not answer.",
  offline: "You are offline. What you see is the last answer.",
  unloaded: "This page did not load.",
  reload: "Load again",
  copy: "Copy",
  /** @param {string} what */
  copyNamed: (what) => `Copy ${what}`,
  /** @param {string} what */
  copied: (what) => `Copied ${what}`,
  notCopied: "This browser does not let the page copy. Select the text instead.",
  cancel: "Cancel",
  done: "Done",
  none: "–",
  ...listTexts,
  time: {
    now: "just now",
    min: "min",
    h: "h",
    d: "d",
    /** @param {string} count */
    ago: (count) => `${count} ago`,
    /** @param {string} count */
    ahead: (count) => `in ${count}`,
  },
  refunded: "refunded",
  partlyRefunded: "partially refunded",
  held: "not captured",
  heldHint: "The bank holds the money. Capture the payment to take it.",
  /** @param {string} amount */
  lessRefunds: (amount) => `${amount} refunded`,
  /** @type {Record<string, string>} */
  networks: { visa: "Visa", mastercard: "Mastercard", amex: "American Express", rupay: "RuPay", unknown: "Card" },
  /** @type {Record<string, string>} */
  flows: { collect: "UPI ID", intent: "UPI app", qr: "UPI QR" },
  all: "All",
  columns: {
    payment: "Payment",
    order: "Order",
    amount: "Amount",
    method: "Method",
    status: "Status",
    created: "Created",
    receipt: "Receipt",
    attempts: "Attempts",
    refund: "Refund",
    reason: "Reason",
    event: "Event",
    last: "Last attempt",
    code: "Response",
    actions: "Actions",
    queue: "Queue",
    object: "Object",
    sent: "Sent",
    received: "Tries",
  },
  login: {
    title: "Sign in",
    text: "See payments, refunds and webhooks as they happen.",
    email: "Email",
    password: "Password",
    show: "Show the password",
    submit: "Sign in",
    ended: "Your session has ended. Sign in again.",
    docs: "API reference",
  },
  home: {
    title: "Overview",
    /** @param {string} name */
    text: (name) => `${name} at a glance.`,
    period: "Period",
    periods: { 7: "Last 7 days", 30: "Last 30 days", 90: "Last 90 days", 365: "Last 365 days", all: "All time" },
    currency: "Currency",
    currencies: "Money by currency",
    stats: "Money received",
    gross: "Gross",
    refunded: "Refunded",
    net: "Net of refunds",
    succeeded: "Succeeded",
    failed: "Failed",
    transactions: "Payments",
    rate: "Success rate",
    days: "Days in UTC. Counts and the rate are of all currencies.",
    /** @param {string} change */
    change: (change) => `${change} on the period before`,
    /** @param {string} rate */
    was: (rate) => `${rate} in the period before`,
    noneBefore: "None before",
    day: "Day",
    asTable: "Show as a table",
    hoverHint: "Point at a bar for its day.",
    /** @param {string} total @param {number} days */
    chartLabel: (total, days) => `${total} received in ${days} days`,
    /** @param {string} day @param {string} amount @param {string} back */
    barTitle: (day, amount, back) => `${day}: ${amount} received, ${back} of it refunded since`,
    noAmount: "Nothing received in this time",
    recent: "Recent payments",
    all: "All payments",
    empty: "No payments yet. Create an order and open its checkout link.",
    steps: "First steps",
    stepTexts: {
      pay: "Create an order and pay it at its checkout link",
      webhook: "Set a webhook URL, so that your server hears of payments",
      face: "Give the checkout your logo and colour",
    },
    credentials: "API credentials",
    manageKeys: "Manage keys",
    key: "API key",
    secret: "API secret",
    noKey: "None: the key was revoked",
    mask: "••••••••••••••••",
    reveal: "Reveal",
    hide: "Hide",
  },
  shell: {
    alerts: { webhooks: "failed in the last day", "dead-letters": "stuck", disputes: "to answer" },
    money: "Payments",
    developers: "Developers",
    account: "Account",
    menu: "Menu",
    search: "Search",
    searchTitle: "Search (/ or Ctrl+K)",
    testMode: "Test mode.",
    testText: "No real money moves here. Pay with success@upi or 4111 1111 1111 1111.",
  },
  search: {
    label: "Search payments, orders and refunds",
    placeholder: "ID, receipt, email, UPI ID, last 4 digits, amount",
    hint: "An ID and a whole receipt are found anywhere, everything else among the newest 200 payments and 200 orders.",
    keys: "Enter opens the first. Arrow keys choose.",
    /** @param {string} text */
    nothing: (text) => `Nothing found for “${text}”.`,
    /** @param {string} count */
    looked: (count) => `Looked at the newest ${count} payments and orders, and for IDs and receipts at all.`,
    types: { payment: "Payment", order: "Order", refund: "Refund" },
  },
  transactions: {
    title: "Payments",
    text: "Every attempt to pay, newest first.",
    status: "Status",
    method: "Method",
    statuses: { pending: "Pending", success: "Success", failed: "Failed", voided: "Voided" },
    methods: { upi: "UPI", card: "CARD", netbanking: "Netbanking" },
    from: "From",
    to: "To",
    empty: "No payments match.",
  },
  payment: {
    title: "Payment",
    back: "All payments",
    money: "Money",
    paid: "Paid",
    net: "Net of refunds",
    fee: "Fee",
    tax: "Tax on the fee",
    description: "Description",
    customer: "Customer",
    failed: "The payment failed.",
    pending: "The bank has not answered yet. This page follows it.",
    payerActs: "The payer has to act at the bank or in the UPI app. This page follows it.",
    late: "The bank approved this payment after it had failed.",
    /** @param {string} amount */
    heldText: (amount) =>
      `The bank holds ${amount} for you. Capture it to take the money, or void it to let the payer have it back.`,
    capture: "Capture",
    void: "Void",
    refund: "Refund",
    timeline: "Timeline",
    details: "Details",
    refunds: "Refunds",
    noRefunds: "Nothing has been refunded.",
    noDeliveries: "No webhook was sent for it.",
    inLog: "In the log",
    /** @param {number} count @param {number} bad */
    told: (count, bad) => `${count === 1 ? "1 endpoint" : `${count} endpoints`}${bad ? `, ${bad} failing` : ""}`,
    /** @param {number} count */
    tries: (count) => (count === 1 ? "1 try" : `${count} tries`),
    captured: "Captured",
    capturedYes: "Yes",
    capturedNo: "No: the bank holds the money",
    refunded: "Refunded",
    vpa: "UPI",
    card: "Paid with",
    error: "Error",
    missing: "There is no such payment.",
    /** @param {string} amount */
    captureTitle: (amount) => `Capture ${amount}?`,
    captureText: "The bank pays you the whole amount. Afterwards it can only be refunded, not voided.",
    /** @param {string} amount */
    captureConfirm: (amount) => `Capture ${amount}`,
    captureDone: "Payment captured",
    /** @param {string} amount */
    voidTitle: (amount) => `Void this payment of ${amount}?`,
    voidText: "The bank releases the money to the payer at once. The order can be paid again. This cannot be undone.",
    /** @param {string} amount */
    voidConfirm: (amount) => `Void ${amount}`,
    voidDone: "Payment voided",
    refundTitle: "Refund this payment",
    /** @param {string} left */
    refundText: (left) => `Up to ${left} can be refunded. This cannot be undone.`,
    /** @param {string} currency */
    refundAmount: (currency) => `Amount in ${currency}`,
    refundReason: "Reason (optional)",
    refundReasons: ["Requested by the customer", "Duplicate payment", "Goods returned", "Not in stock", "Fraud"],
    refundAll: "All of it",
    /** @param {string} amount */
    refundConfirm: (amount) => `Refund ${amount}`,
    /** @param {string} amount */
    remains: (amount) => `You keep ${amount} of this payment.`,
    refundNone: "Enter an amount that this payment can still give.",
    refundDone: "Refund created",
    /** @param {string} amount @param {string} why */
    refundFailed: (amount, why) => `A refund of ${amount} failed. ${why}`.trim(),
    /** @param {string} example */
    badAmount: (example) => `Enter an amount such as ${example}.`,
  },
  orders: {
    title: "Orders",
    text: "Each order is a request for money and has a checkout link.",
    statuses: { created: "Created", attempted: "Attempted", paid: "Paid", expired: "Expired", cancelled: "Cancelled" },
    create: "Create order",
    amount: "Amount",
    /** @param {string} example */
    amountHint: (example) => `In the currency's unit, such as ${example}`,
    currency: "Currency",
    receipt: "Receipt (optional)",
    description: "Description (optional)",
    notes: "Note (optional)",
    created: "Order created",
    createdText: "Send this link to the payer.",
    ways: { email: "E-mail", sms: "SMS", whatsapp: "WhatsApp" },
    /** @param {string} amount @param {string} what @param {string} url */
    message: (amount, what, url) => `Please pay ${amount}${what && ` for ${what}`}: ${url}`,
    link: "Checkout",
    demo: "Demo",
    /** @param {string} amount */
    tooLittle: (amount) => `At least ${amount}.`,
    /** @param {string} id */
    copyLink: (id) => `checkout link of ${id}`,
    qr: "QR code",
    qrLabel: "QR code of the checkout link",
    /** @param {string} example */
    badAmount: (example) => `Enter an amount such as ${example}.`,
    empty: "No orders match.",
  },
  order: {
    title: "Order",
    back: "All orders",
    details: "Details",
    due: "Still due",
    capture: "Capture",
    captures: { manual: "By hand", automatic: "Automatic" },
    expires: "Expires",
    returns: "Returns to",
    link: "Checkout link",
    linkText: "Whoever has this link can pay the order.",
    noLink: "This order can no longer be paid.",
    attempts: "Attempts to pay",
    none: "Nobody has tried to pay it yet.",
    missing: "There is no such order.",
    cancel: "Cancel order",
    /** @param {string} amount */
    cancelTitle: (amount) => `Cancel this order of ${amount}?`,
    cancelText: "Its checkout link stops working. This cannot be undone.",
    cancelled: "Order cancelled",
  },
  ...moneyTexts,
  ...developerTexts,
  ...docsTexts,
};
