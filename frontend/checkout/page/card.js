/** Checks cards by the API's rules, so that the form shows a mistake before it sends a request. No DOM here. */

/**
 * Returns the value of any script's digit. Unicode keeps the ten digits of a script in a row, zero first.
 * @param {string} digit
 */
function digitValue(digit) {
  const code = digit.codePointAt(0) ?? 0;
  let first = code;
  while (/\p{Nd}/u.test(String.fromCodePoint(first - 1))) first -= 1; // scripts may follow each other without a gap
  return String((code - first) % 10);
}

/**
 * Returns the digits of a text as 0 to 9. Keyboards may type digits of another script or width.
 * @param {string} text
 */
const latinDigits = (text) => text.replace(/[^\P{Nd}0-9]/gu, digitValue);

/** @param {string} text */
export const digitsOf = (text) => latinDigits(text).replace(/\D/g, "");

/** @type {[Network, RegExp][]} */
const NETWORKS = [
  ["visa", /^4/],
  ["mastercard", /^(5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)/],
  ["amex", /^3[47]/],
  ["rupay", /^(60|65|8[1-9])/],
];

/** @param {string} digits @returns {Network} */
export const networkOf = (digits) => NETWORKS.find(([, prefix]) => prefix.test(digits))?.[0] ?? "unknown";
/** @param {Network} network */
export const cvvLength = (network) => (network === "amex" ? 4 : 3);

/**
 * The usual lengths; a card may be longer or shorter, so that only a whole number of this length moves the focus on.
 */
const USUAL = { visa: 16, mastercard: 16, amex: 15, rupay: 16, unknown: 0 };

/** Tells whether nobody would type another digit. @param {string} text */
export function isWholeNumber(text) {
  const digits = digitsOf(text);
  return digits.length === USUAL[networkOf(digits)] && luhnHolds(digits);
}

/** @param {string} digits */
export function luhnHolds(digits) {
  const sum = [...digits].reverse().reduce((total, character, index) => {
    const value = Number(character) * (index % 2 ? 2 : 1);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return sum % 10 === 0;
}

/** Returns "4111 1111 1111 1111"; groups amex as 4-6-5, as on the card. @param {string} text */
export function groupNumber(text) {
  const digits = digitsOf(text).slice(0, 19);
  const groups =
    networkOf(digits) === "amex"
      ? /^(\d{1,4})(\d{1,6})?(\d{1,9})?/
      : /(\d{1,4})(\d{1,4})?(\d{1,4})?(\d{1,4})?(\d{1,3})?/;
  return (digits.match(groups) ?? []).slice(1).filter(Boolean).join(" ");
}

/**
 * Formats an expiry date. "0" and "1" wait for a second digit; "5" can only be 05. Adds the slash, but not on deletion.
 * @param {string} text
 */
export function groupExpiry(text, deleting = false) {
  const slashed = /^\s*\p{Nd}\s*[/／]/u.test(text) ? `0${text.trim()}` : text;
  const digits = digitsOf(slashed).slice(0, 6);
  const padded = /^[2-9]/.test(digits) ? `0${digits}`.slice(0, 6) : digits;
  if (padded.length < 2 || (padded.length === 2 && deleting)) return padded;
  return `${padded.slice(0, 2)}/${padded.slice(2)}`;
}

/** Returns {month, year} as the API takes them, or null. @param {string} text */
export function parseExpiry(text) {
  const match = /^(0[1-9]|1[0-2])\/(\d{2}|\d{4})$/.exec(groupExpiry(text));
  if (!match) return null;
  const [, month = "", year = ""] = match;
  return { month, year: year.length === 2 ? `20${year}` : year };
}

/**
 * Checks the expiry date. A card is valid through the last second of its month in UTC.
 * @param {{ month: string, year: string }} expiry @param {Date} now
 */
function expiryProblem({ month, year }, now) {
  const months = (Number(year) - now.getUTCFullYear()) * 12 + Number(month) - now.getUTCMonth() - 1;
  return months < 0 ? "expiryPast" : null;
}

/** @type {Record<FieldName, (value: string, values: Partial<FormValues>, now: Date) => FieldProblem | null>} */
const checks = {
  number(value) {
    const digits = digitsOf(value);
    if (!digits) return "numberMissing";
    if (digits.length < 13) return "numberShort";
    return luhnHolds(digits) ? null : "numberWrong";
  },
  expiry(value, _values, now) {
    if (!value.trim()) return "expiryMissing";
    const expiry = parseExpiry(value);
    return expiry ? expiryProblem(expiry, now) : "expiryShape";
  },
  cvv(value, { number = "" }) {
    const digits = digitsOf(value);
    if (!digits) return "cvvMissing";
    return digits.length === cvvLength(networkOf(digitsOf(number))) ? null : "cvvShape";
  },
  holder: (value) => (value.trim() ? null : "holderMissing"),
  vpa(value) {
    if (!value.trim()) return "vpaMissing";
    return /^[a-zA-Z0-9._-]+@[a-zA-Z0-9]+$/.test(value.trim()) ? null : "vpaShape";
  },
};

/**
 * Returns the name of the problem with this field (a key of texts.errors), or null.
 * @param {FieldName} field @param {Partial<FormValues>} values
 */
export const problemWith = (field, values, now = new Date()) => checks[field](values[field] ?? "", values, now);

/** @type {Record<Api.FormMethod, FieldName[]>} */
export const FIELDS = { upi: ["vpa"], card: ["number", "expiry", "cvv", "holder"], netbanking: [] };

/**
 * Returns the instrument's part of the API's payment request. The values have been checked.
 * @param {Api.FormMethod} method @param {FormValues & { bank: string }} values
 * @returns {Api.Instrument}
 */
export function instrument(method, values) {
  if (method === "upi") return { method, vpa: values.vpa.trim() };
  if (method === "netbanking") return { method, bank: values.bank };
  const { month = "", year = "" } = parseExpiry(values.expiry) ?? {};
  const card = {
    number: digitsOf(values.number),
    expiry_month: month,
    expiry_year: year,
    cvv: digitsOf(values.cvv),
    holder_name: values.holder.trim(),
  };
  return { method, card };
}

/** @type {FieldName[]} */
const NAMES = ["cvv", "expiry", "holder", "number", "vpa"];
/** @type {Record<string, FieldName>} */
const BY_CODE = { INVALID_VPA: "vpa", INVALID_CARD: "number", EXPIRED_CARD: "expiry" };

/**
 * Returns the form's field that an API error names, or undefined. The form shows a field's error beside the field.
 * @param {{ code?: string, field?: string | null }} error
 */
export function fieldOfError({ code, field }) {
  return NAMES.find((name) => field?.includes(name)) ?? (code ? BY_CODE[code] : undefined);
}
