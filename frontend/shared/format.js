/** Amounts and dates as a person reads them, all by Intl. Amounts are integers in the currency's minor unit. */

const LANGUAGE = "en";

/** India groups in lakhs and crores, which only its own locale does. */
const currencyLocale = (currency) => (currency === "INR" ? "en-IN" : LANGUAGE);

function currencyFormat(currency) {
  try {
    return new Intl.NumberFormat(currencyLocale(currency), { style: "currency", currency });
  } catch {
    return null; // not the shape of an ISO code
  }
}

/** How many minor units make one unit: 100 for INR, 1 for JPY, 1000 for KWD. */
export function minorUnits(currency) {
  return 10 ** (currencyFormat(currency)?.resolvedOptions().maximumFractionDigits ?? 2);
}

export function formatAmount(amount, currency = "INR") {
  const format = currencyFormat(currency);
  return format ? format.format(amount / minorUnits(currency)) : `${amount} ${currency}`;
}

/** "499.90" in the currency's unit as an integer of minor units; null when it is no such amount. */
export function parseAmount(text, currency = "INR") {
  const digits = Math.log10(minorUnits(currency));
  const match = /^(\d{1,12})(?:\.(\d*))?$/.exec(text.trim().replaceAll(",", ""));
  const fraction = match?.[2] ?? "";
  if (!match || fraction.length > digits) return null;
  return Number(match[1] + fraction.padEnd(digits, "0"));
}

const dateTime = new Intl.DateTimeFormat(LANGUAGE, { dateStyle: "medium", timeStyle: "short" });
const day = new Intl.DateTimeFormat(LANGUAGE, { day: "numeric", month: "short", timeZone: "UTC" });
const exact = new Intl.DateTimeFormat(LANGUAGE, { dateStyle: "medium", timeStyle: "medium" });
const percent = new Intl.NumberFormat(LANGUAGE, { style: "percent", maximumFractionDigits: 1 });
const whole = new Intl.NumberFormat(LANGUAGE);

export const formatDateTime = (iso) => (iso ? dateTime.format(new Date(iso)) : "–");
export const formatExactTime = (iso) => (iso ? exact.format(new Date(iso)) : "–");
/** A day of the statistics, which count in UTC: "2026-01-31" is "Jan 31". */
export const formatDay = (date) => day.format(new Date(`${date}T00:00:00Z`));
export const formatPercent = (hundredths) => percent.format(hundredths / 100);
export const formatCount = (number) => whole.format(number);
