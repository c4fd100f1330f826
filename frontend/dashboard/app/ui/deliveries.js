/** Folds a timeline's webhook attempts to one line for each event. No DOM in fold(). */
import { h } from "/shared/dom.js";
import { texts } from "../texts.js";
import { badge } from "./parts.js";
import { tone } from "./values.js";
import { when } from "./when.js";

const t = texts.payment;
const WEBHOOK = "webhook ";

/** @typedef {{ id: string, tries: number, last: Api.TimelineEntry }} Told What became of one delivery. */

/** @param {Api.TimelineEntry} entry */
export const isDelivery = ({ what }) => what.startsWith(WEBHOOK);

/**
 * Returns the deliveries by event, each with its last attempt, in the order of the entries.
 * @param {Api.TimelineEntry[]} entries @returns {Map<string, Told[]>}
 */
export function fold(entries) {
  /** @type {Map<string, Map<string, Told>>} */
  const events = new Map();
  for (const entry of entries.filter(isDelivery)) {
    const event = entry.what.slice(WEBHOOK.length);
    const deliveries = events.get(event) ?? new Map();
    const tries = (deliveries.get(entry.object_id)?.tries ?? 0) + 1;
    events.set(event, deliveries.set(entry.object_id, { id: entry.object_id, tries, last: entry }));
  }
  return new Map([...events].map(([event, deliveries]) => [event, [...deliveries.values()]]));
}

/** @param {Told[]} deliveries */
function summary(deliveries) {
  const bad = deliveries.filter(({ last }) => tone(last) === "bad").length;
  const waiting = deliveries.filter(({ last }) => tone(last) === "").length;
  const status = bad ? "failed" : waiting ? "pending" : "success";
  return [badge(status), h("span", { class: "muted small" }, t.told(deliveries.length, bad))];
}

/** @param {Told} delivery */
function line({ id, tries, last }) {
  return h(
    "li",
    null,
    h("a", { href: `/dashboard/webhooks/${id}` }, last.detail ?? texts.delivery.title),
    h("span", { class: "muted small" }, t.tries(tries)),
    h("span", { class: "muted small" }, when(last.at)),
  );
}

/** @param {Api.TimelineEntry[]} entries @param {string} objectId */
export function deliveriesCard(entries, objectId) {
  const events = fold(entries);
  return h(
    "section",
    { class: "card pad later" },
    h(
      "div",
      { class: "section-head" },
      h("h2", null, texts.webhooks.title),
      events.size ? h("a", { href: `/dashboard/webhooks?object=${objectId}` }, t.inLog) : null,
    ),
    events.size
      ? [...events].map(([event, deliveries]) =>
          h(
            "details",
            { class: "fold", "data-event": event },
            h("summary", null, h("code", null, event), summary(deliveries)),
            h("ul", { class: "plain" }, deliveries.map(line)),
          ),
        )
      : h("p", { class: "muted" }, t.noDeliveries),
  );
}
