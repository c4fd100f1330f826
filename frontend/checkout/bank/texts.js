/** Holds every word of the test stages' bank. */
export const texts = {
  titles: { upi: "Test UPI app", card: "Test bank: card check", netbanking: "Test bank: netbanking" },
  test: "Test mode",
  pay: "Pay",
  to: "to",
  from: "From",
  account: "Savings •••• 4321",
  approve: "Approve",
  decline: "Decline",
  cancel: "Give up",
  wait: "Or leave this page as it is: the payment then waits until its time is over.",
  code: "Code from the text message",
  codeHint:
    "On test stages 4 to 10 digits are right, such as 1234. Anything else is wrong; the third wrong code ends it.",
  confirm: "Confirm",
  codeMissing: "Enter the code.",
  /** @param {string} left */
  wrong: (left) => `The code is wrong. Tries left: ${left}.`,
  approved: "Approved. The shop hears of it from the gateway.",
  refused: "The payment was not approved.",
  over: "Nothing to approve here any more.",
  unknown: "There is no such payment.",
  offline: "The gateway does not answer. Try again.",
  close: "You can close this window.",
  goBack: "Back to the shop's page",
};
