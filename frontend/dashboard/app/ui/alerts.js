/** Counts beside the links of the navigation what needs a person: failed webhooks, stuck jobs, disputes to answer. */
import { h } from "/shared/dom.js";
import { poll } from "/shared/poll.js";
import { request } from "../session.js";
import { texts } from "../texts.js";

const FIRST = 10_000; // milliseconds; the page itself comes first
const AGAIN = 120_000;
const DAY = 86_400_000;
const MOST = 100; // rows of a page of the API

/** @type {Record<string, () => Promise<{ data: unknown[] }>>} */
const COUNTED = {
  webhooks: () =>
    request("GET", "/webhooks", {
      query: { status: "failed", from: new Date(Date.now() - DAY).toISOString(), limit: MOST },
    }),
  "dead-letters": () => request("GET", "/dead-letters"),
  disputes: () => request("GET", "/disputes", { query: { status: "open", limit: MOST } }),
};

/** @param {HTMLElement} side @param {string} name @param {number} count */
function mark(side, name, count) {
  const link = side.querySelector(`a[href="/dashboard/${name}"]`);
  link?.querySelector(".alerts")?.remove();
  if (!count) return;
  const number = count < MOST ? String(count) : `${MOST - 1}+`;
  const words = texts.shell.alerts[/** @type {keyof typeof texts.shell.alerts} */ (name)];
  link?.append(h("b", { class: "alerts", title: words }, number, h("i", { class: "sr-only" }, ` ${words}`)));
}

/** Counts some seconds after the page has come, and then every two minutes. @param {HTMLElement} side */
export function countAlerts(side) {
  let waited = false;
  return poll(
    async () => {
      if (waited) {
        const answers = Object.entries(COUNTED).map(async ([name, ask]) => mark(side, name, (await ask()).data.length));
        await Promise.allSettled(answers); // a key or a stage may lack one of them
      }
      waited = true;
    },
    (runs) => (runs < 2 ? FIRST : AGAIN),
  );
}
