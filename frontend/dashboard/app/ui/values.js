/** What the pages work out from the API's answers before they draw it. No DOM here. */
import { texts } from "../texts.js";

/**
 * Asks once for each id and remembers the answer, but no failure.
 * @template T @param {(id: string) => Promise<T>} ask @returns {(id: string) => Promise<T>}
 */
export function remembering(ask) {
  /** @type {Map<string, Promise<T>>} */
  const known = new Map();
  return (id) => {
    const answer =
      known.get(id) ??
      ask(id).catch((error) => {
        known.delete(id);
        throw error;
      });
    known.set(id, answer);
    return answer;
  };
}

/** JSON as text, indented when it is JSON and as it came when it is not. @param {unknown} value */
export function pretty(value) {
  if (value === null || value === undefined || value === "") return texts.none;
  try {
    return JSON.stringify(typeof value === "string" ? JSON.parse(value) : value, null, 2);
  } catch {
    return String(value);
  }
}

/** "HTTP 500", "dns", or both for an answer whose end did not come. @param {Api.Attempt} attempt */
export function outcome({ status, error_class: error }) {
  return [status && `HTTP ${status}`, error !== "status" && error].filter(Boolean).join(", ");
}

/**
 * By what happened, and for a webhook by the answer; never by words a payer or a receiver chose.
 * @param {Api.TimelineEntry} entry
 */
export function tone({ what, detail }) {
  if (what.startsWith("webhook"))
    return /^(HTTP 2|success)/.test(detail ?? "") ? "good" : detail === "pending" ? "" : "bad";
  return /failed/.test(what) ? "bad" : /success|captured|processed/.test(what) ? "good" : "";
}
