/** Formats amounts and dates for people, with Intl. Amounts are integers in the currency's minor unit. */

const LANGUAGE = "en";

/**
 * Returns the locale of a currency. India groups in lakhs and crores, which only its own locale does.
 * @param {string} currency
 */
const currencyLocale = (currency) => (currency === "INR" ? "en-IN" : LANGUAGE);

/** Lists ISO 4217's decimals, which the API uses. Intl uses CLDR's, with fewer for a dozen currencies (RSD, IQD). */
const WITHOUT_DECIMALS = new Set("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF".split(" "));
const WITH_THREE = new Set("BHD IQD JOD KWD LYD OMR TND".split(" "));
/** @param {string} currency */
const decimalsOf = (currency) => (WITHOUT_DECIMALS.has(currency) ? 0 : WITH_THREE.has(currency) ? 3 : 2);

/** Formats 49990 INR as "499.90". @param {number} amount @param {string} currency */
export function plainAmount(amount, currency) {
  const decimals = decimalsOf(currency);
  return (amount / 10 ** decimals).toFixed(decimals);
}

/** @param {number} amount */
export function formatAmount(amount, currency = "INR") {
  const decimals = decimalsOf(currency);
  try {
    const format = new Intl.NumberFormat(currencyLocale(currency), {
      style: "currency",
      currency,
      minimumFractionDigits: decimals,
      maximumFractionDigits: decimals,
    });
    return format.format(amount / 10 ** decimals);
  } catch {
    return `${amount} ${currency}`; // the currency does not look like an ISO code
  }
}

const MOST_DIGITS = 12; // before the point: with three digits behind it the number is still exact

/**
 * Reads "499.90" or "1,00,000" in the currency's unit as an integer of minor units. Returns null for any other text,
 * such as "10,00", which may mean ten or a thousand.
 * @param {string} text
 */
export function parseAmount(text, currency = "INR") {
  const decimals = decimalsOf(currency);
  const [, grouped = "", fraction = ""] = /^(\d+|\d{1,3}(?:,\d{2,3})*,\d{3})(?:\.(\d*))?$/.exec(text.trim()) ?? [];
  const whole = grouped.replaceAll(",", "");
  if (!whole || whole.length > MOST_DIGITS || fraction.length > decimals) return null;
  return Number(whole + fraction.padEnd(decimals, "0"));
}

const dateTime = new Intl.DateTimeFormat(LANGUAGE, { dateStyle: "medium", timeStyle: "short" });
const day = new Intl.DateTimeFormat(LANGUAGE, { day: "numeric", month: "short", timeZone: "UTC" });
const exact = new Intl.DateTimeFormat(LANGUAGE, { dateStyle: "medium", timeStyle: "medium" });
const percent = new Intl.NumberFormat(LANGUAGE, { style: "percent", maximumFractionDigits: 1 });
const change = new Intl.NumberFormat(LANGUAGE, {
  style: "percent",
  maximumFractionDigits: 0,
  signDisplay: "exceptZero",
});
const whole = new Intl.NumberFormat(LANGUAGE);

/** @param {string | null | undefined} iso */
export const formatDateTime = (iso) => (iso ? dateTime.format(new Date(iso)) : "–");
/** @param {string | null | undefined} iso */
export const formatExactTime = (iso) => (iso ? exact.format(new Date(iso)) : "–");
/** Formats a day of the statistics, which count in UTC: "2026-01-31" is "Jan 31". @param {string} date */
export const formatDay = (date) => day.format(new Date(`${date}T00:00:00Z`));
/** @param {number} hundredths */
export const formatPercent = (hundredths) => percent.format(hundredths / 100);
/** Formats 0.123 as "+12%". @param {number} share */
export const formatChange = (share) => change.format(share);
/** @param {number} number */
export const formatCount = (number) => whole.format(number);
