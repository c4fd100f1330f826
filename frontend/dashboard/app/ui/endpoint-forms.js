/** Asks for what is changed at a webhook endpoint. Each dialog names the endpoint. */
import { h } from "/shared/dom.js";
import { formatCount } from "/shared/format.js";
import { ApiError } from "/shared/http.js";
import { request } from "../session.js";
import { texts } from "../texts.js";
import { ask, FormError, tell } from "./dialog.js";
import { copyButton, field, toast } from "./parts.js";
import { dayOf, instantOf, zoneName } from "./when.js";

const DAY = 86_400_000;
const DEFAULT_EVENTS = 5; // a new endpoint gets this many of allEvents, from the first
const t = texts.webhooks;

/** @param {{ secret: string }} answer */
export function showSecret({ secret }, title = t.newSecret) {
  tell({
    title,
    text: t.newSecretText,
    content: h(
      "div",
      { class: "secret" },
      h("code", null, secret),
      copyButton(() => secret, t.secret),
    ),
  });
}

/** @param {string[]} chosen */
function eventChoices(chosen) {
  return h(
    "fieldset",
    { class: "choices" },
    h("legend", { class: "label" }, t.events),
    t.allEvents.map((event) =>
      h(
        "label",
        null,
        h("input", { type: "checkbox", name: "events", value: event, checked: chosen.includes(event) }),
        event,
      ),
    ),
  );
}

/** @param {Api.Endpoint | null} endpoint @param {() => void} onDone */
export function editEndpoint(endpoint, onDone) {
  const url = h("input", {
    class: "input",
    id: "endpoint-url",
    type: "url",
    required: true,
    placeholder: "https://",
    autocomplete: "off",
    value: endpoint?.url ?? "",
  });
  const events = eventChoices(endpoint?.events ?? t.allEvents.slice(0, DEFAULT_EVENTS));
  const formats = Object.entries(t.formats).map(([value, label]) => h("option", { value }, label));
  const format = h("select", { class: "input", id: "endpoint-format", value: endpoint?.format ?? "native" }, formats);
  const enabled = h("input", { type: "checkbox", checked: endpoint?.enabled ?? true });
  ask({
    title: endpoint ? t.edit : t.add,
    confirm: t.save,
    testId: "endpoint-dialog",
    fields: [
      field(t.url, url),
      field(t.format, format, t.formatHint),
      events,
      h("label", { class: "check" }, enabled, t.enabled),
    ],
    async onConfirm() {
      const boxes = /** @type {NodeListOf<HTMLInputElement>} */ (events.querySelectorAll(":checked"));
      const chosen = /** @type {Api.Event[]} */ ([...boxes].map((input) => input.value));
      if (!chosen.length) throw new FormError(t.noEvents);
      const body = {
        url: url.value.trim(),
        events: chosen,
        enabled: enabled.checked,
        format: /** @type {Api.Format} */ (format.value),
      };
      if (endpoint) await request("PATCH", `/webhook-endpoints/${endpoint.id}`, { body });
      else showSecret(await request("POST", "/webhook-endpoints", { body }));
      onDone();
    },
  });
}

/**
 * Replays webhooks. A request sends a limited number and tells whether more remain. The minute's limit ends the loop.
 * @param {Api.Endpoint} endpoint @param {{ from: string, to: string }} body
 */
async function replayAll(endpoint, body) {
  let count = 0;
  let answer;
  do {
    try {
      answer = await request("POST", `/webhook-endpoints/${endpoint.id}/replay`, { body });
    } catch (error) {
      if (count && error instanceof ApiError && error.status === 429) return count;
      throw error;
    }
    count += answer.replayed;
  } while (answer.more && answer.replayed);
  return count;
}

/** @param {Api.Endpoint} endpoint @returns {Promise<string>} How many failed webhooks the endpoint has. */
async function failures({ id }) {
  const query = { endpoint_id: id, status: /** @type {const} */ ("failed"), limit: 1 };
  const { total } = await request("GET", "/webhooks", { query });
  return typeof total === "number" ? formatCount(total) : texts.none;
}

/** @param {Api.Endpoint} endpoint @param {() => void} onDone */
export async function replay(endpoint, onDone) {
  const now = Date.now();
  /** @param {string} id @param {number} time */
  const date = (id, time) => h("input", { class: "input", id, type: "date", required: true, value: dayOf(time) });
  const [from, to] = [date("replay-from", now - DAY), date("replay-to", now)];
  const count = await failures(endpoint);
  ask({
    title: t.replayTitle,
    text: `${t.replayText(endpoint.url ?? "", count)} ${texts.zone(zoneName())}`,
    confirm: t.replay,
    fields: [field(texts.transactions.from, from), field(texts.transactions.to, to)],
    async onConfirm() {
      const range = { from: instantOf(from.value, "from") ?? "", to: instantOf(to.value, "to") ?? "" };
      toast(t.replayed(await replayAll(endpoint, range)));
      onDone();
    },
  });
}

/** @param {Api.Endpoint} endpoint @param {() => void} onDone */
export function rotate(endpoint, onDone) {
  ask({
    title: t.regenerateTitle,
    text: `${endpoint.url}. ${t.regenerateText}`,
    confirm: t.rotate,
    danger: true,
    async onConfirm() {
      showSecret(await request("POST", `/webhook-endpoints/${endpoint.id}/rotate-secret`));
      onDone();
    },
  });
}

/** @param {Api.Endpoint} endpoint @param {() => void} onDone */
export function remove(endpoint, onDone) {
  ask({
    title: t.removeTitle(endpoint.url ?? endpoint.id),
    text: t.removeText,
    confirm: t.remove,
    danger: true,
    async onConfirm() {
      await request("DELETE", `/webhook-endpoints/${endpoint.id}`);
      onDone();
    },
  });
}
