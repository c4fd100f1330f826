/**
 * Reads what the shop asks of the page from the address's fragment, which no server sees and no log keeps. An unknown
 * or unreadable option counts as not given.
 */

const given = new URLSearchParams(location.hash.slice(1));

/** @type {Api.FormMethod[]} */
const METHODS = ["upi", "card", "netbanking"];

/** @param {string} name */
const own = (name) => given.get(name) ?? undefined;

/** Returns the methods that the shop wants, in its order; all where it names none. */
function methods() {
  const wanted = (own("methods") ?? "").split(",");
  const known = wanted.flatMap((name) => METHODS.filter((method) => method === name));
  return known.length ? [...new Set(known)] : METHODS;
}

/** Returns what a page written for Razorpay wants; see frontend/razorpay/. @returns {RazorpayWish | null} */
function wish() {
  try {
    return JSON.parse(own("razorpay") ?? "null");
  } catch {
    return null;
  }
}

const retries = own("retry");

export const options = {
  locale: own("locale"),
  methods: methods(),
  color: own("color"),
  razorpay: wish(),
  /** How often a payer may try again after a failure. */
  retries: retries !== undefined && /^\d+$/.test(retries) ? Number(retries) : Number.POSITIVE_INFINITY,
  prefill: {
    method: METHODS.find((method) => method === own("prefill.method")),
    vpa: own("prefill.vpa"),
    holder: own("prefill.name"),
    bank: own("prefill.bank"),
    /** The number of a test card; only test stages read it. */
    card: own("prefill.card"),
  },
};
