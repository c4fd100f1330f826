/** Computes values from the API's answers for the pages. */
import { h } from "/shared/dom.js";
import { texts } from "../texts.js";

/**
 * Asks once for each id and remembers the answer. Forgets failures.
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

/** Returns JSON as indented text, and any other text unchanged. @param {unknown} value */
export function pretty(value) {
  if (value === null || value === undefined || value === "") return texts.none;
  try {
    return JSON.stringify(typeof value === "string" ? JSON.parse(value) : value, null, 2);
  } catch {
    return String(value);
  }
}

/** Quotes a text for a shell. @param {string} text */
const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;

/**
 * Writes a request as a command. A body is JSON.
 * @param {string} verb @param {string} url @param {Record<string, string>} headers @param {string} [body]
 */
export function curl(verb, url, headers, body) {
  const lines = Object.entries({ ...headers, ...(body && { "Content-Type": "application/json" }) });
  return [
    `curl -X ${verb} ${quoted(url)}`,
    ...lines.map(([name, value]) => `  -H ${quoted(`${name}: ${value}`)}`),
    ...(body ? [`  --data-raw ${quoted(body)}`] : []),
  ].join(" \\\n");
}

/** Returns "HTTP 500", "dns", or both for an answer whose end did not come. @param {Api.Attempt} attempt */
export function outcome({ status, error_class: error }) {
  return [status && `HTTP ${status}`, error !== "status" && error].filter(Boolean).join(", ");
}

/**
 * Returns an entry's tone by its event, and a webhook's tone by the answer; never by a payer's or receiver's words.
 * @param {Api.TimelineEntry} entry
 */
export function tone({ what, detail }) {
  if (what.startsWith("webhook"))
    return /^(HTTP 2|success)/.test(detail ?? "") ? "good" : detail === "pending" ? "" : "bad";
  return /failed/.test(what) ? "bad" : /success|captured|processed/.test(what) ? "good" : "";
}

/** @type {Record<string, string>} */
const PAGES = {
  pay: "/dashboard/transactions/",
  order: "/dashboard/orders/",
  rfnd: "/dashboard/refunds/",
  setl: "/dashboard/settlements/",
  disp: "/dashboard/disputes/",
};

/** Builds a link to an object's page, by the kind in its id. @param {string} id */
export function objectLink(id) {
  const page = PAGES[id.split("_")[0] ?? ""];
  return page ? h("a", { class: "mono quiet-link", href: page + id }, id) : h("span", { class: "mono muted" }, id);
}
