/** Shows times in one zone: the merchant's, else the browser's. Lists are relative, with the exact time on hover. */
import { h } from "/shared/dom.js";
import { texts } from "../texts.js";

const SLOT = "zone";
const [SECOND, MINUTE, HOUR, DAY] = [1_000, 60_000, 3_600_000, 86_400_000];
const TICK = 20_000;
const LOCALE = globalThis.navigator?.language?.startsWith("en") ? navigator.language : "en-GB";

/** @type {string | undefined} undefined: the browser's zone */
let zone;
/** @type {Record<"exact" | "day" | "name" | "parts", Intl.DateTimeFormat>} */
let formats = formatsOf();

/** @param {string | undefined} [timeZone] */
function formatsOf(timeZone) {
  return {
    exact: new Intl.DateTimeFormat(LOCALE, { dateStyle: "medium", timeStyle: "long", timeZone }),
    day: new Intl.DateTimeFormat(LOCALE, { dateStyle: "medium", timeZone }),
    name: new Intl.DateTimeFormat(LOCALE, { timeZoneName: "short", timeZone }),
    parts: new Intl.DateTimeFormat("sv", { dateStyle: "short", timeStyle: "medium", timeZone }),
  };
}

/** Sets the zone and keeps it for the next visit. A name that this browser does not know leaves its own zone. */
export function setZone(/** @type {string | null} */ name) {
  try {
    formats = formatsOf(name ?? undefined);
    zone = name ?? undefined;
    localStorage.setItem(SLOT, name ?? "");
  } catch {
    /* unknown to this browser, or storage is refused */
  }
}

try {
  setZone(localStorage.getItem(SLOT) || null);
} catch {
  /* storage is refused */
}

export const zoneName = () => zone ?? formats.name.resolvedOptions().timeZone;

/** @param {string | null | undefined} iso */
export const exactTime = (iso) => (iso ? formats.exact.format(new Date(iso)) : texts.none);

/** Returns the day of an instant in the zone, as a date input has it. @param {number} time */
export const dayOf = (time) => formats.parts.format(time).slice(0, 10);

/** Returns the distance from UTC in milliseconds. @param {number} time */
const offsetAt = (time) =>
  Date.parse(`${formats.parts.format(time).replace(" ", "T")}Z`) - Math.floor(time / 1e3) * 1e3;

/**
 * Returns the first instant of a day of the zone, or its last millisecond, as ISO text. Returns undefined for no day.
 * @param {string | undefined} day @param {"from" | "to"} edge
 */
export function instantOf(day, edge) {
  if (!/^\d{4}-\d\d-\d\d$/.test(day ?? "")) return undefined;
  const wall = Date.parse(`${day}T${edge === "from" ? "00:00:00.000" : "23:59:59.999"}Z`);
  if (Number.isNaN(wall)) return undefined;
  const near = wall - offsetAt(wall);
  return new Date(wall - offsetAt(near)).toISOString();
}

/** Returns "3 h ago" or "in 5 min" up to a week, and the date beyond. @param {string} iso @param {number} [now] */
export function relativeTime(iso, now = Date.now()) {
  const distance = new Date(iso).getTime() - now;
  const size = Math.abs(distance);
  if (size >= 7 * DAY) return formats.day.format(new Date(iso));
  if (size < 45 * SECOND) return texts.time.now;
  const [unit, length] =
    size < HOUR ? [texts.time.min, MINUTE] : size < DAY ? [texts.time.h, HOUR] : [texts.time.d, DAY];
  const count = `${Math.max(1, Math.round(size / length))} ${unit}`;
  return distance < 0 ? texts.time.ago(count) : texts.time.ahead(count);
}

/**
 * Builds a time element. A dash stands for no time.
 * @param {string | null | undefined} iso @param {Attributes} [attributes]
 */
export function when(iso, attributes) {
  if (!iso) return texts.none;
  return h("time", { datetime: iso, title: exactTime(iso), "data-relative": true, ...attributes }, relativeTime(iso));
}

/** Keeps the relative times of the document true. */
export function keepTimes() {
  setInterval(() => {
    for (const each of document.querySelectorAll("time[data-relative]")) {
      const text = relativeTime(each.getAttribute("datetime") ?? "");
      if (each.textContent !== text) each.textContent = text;
    }
  }, TICK);
}
