/** Shows a merchant's webhook endpoints and the actions on each. */
import { h, icon } from "/shared/dom.js";
import { ApiError } from "/shared/http.js";
import { icons } from "/shared/icons.js";
import { poll, steady } from "/shared/poll.js";
import { request } from "../session.js";
import { texts } from "../texts.js";
import { ask, FormError, tell } from "./dialog.js";
import { badge, button, copyButton, during, field, messageOf, notice, toast } from "./parts.js";

const REFRESH = 5_000;
const DAY = 86_400_000;
const DEFAULT_EVENTS = 5; // a new endpoint gets this many of allEvents, from the first
const t = texts.webhooks;

/** @param {{ secret: string }} answer */
function showSecret({ secret }, title = t.newSecret) {
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
function edit(endpoint, onDone) {
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
  const enabled = h("input", { type: "checkbox", checked: endpoint?.enabled ?? true });
  ask({
    title: endpoint ? t.edit : t.add,
    confirm: t.save,
    testId: "endpoint-dialog",
    fields: [field(t.url, url), events, h("label", { class: "check" }, enabled, t.enabled)],
    async onConfirm() {
      const boxes = /** @type {NodeListOf<HTMLInputElement>} */ (events.querySelectorAll(":checked"));
      const chosen = /** @type {Api.Event[]} */ ([...boxes].map((input) => input.value));
      if (!chosen.length) throw new FormError(t.noEvents);
      const body = { url: url.value.trim(), events: chosen, enabled: enabled.checked };
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

/** @param {Api.Endpoint} endpoint @param {() => void} onDone */
function replay(endpoint, onDone) {
  /** @param {number} time */
  const day = (time) => new Date(time).toISOString().slice(0, 10);
  const from = h("input", {
    class: "input",
    id: "replay-from",
    type: "date",
    required: true,
    value: day(Date.now() - DAY),
  });
  const to = h("input", { class: "input", id: "replay-to", type: "date", required: true, value: day(Date.now()) });
  ask({
    title: t.replayTitle,
    text: t.replayText,
    confirm: t.replay,
    fields: [field(texts.transactions.from, from), field(texts.transactions.to, to)],
    async onConfirm() {
      toast(t.replayed(await replayAll(endpoint, { from: from.value, to: to.value })));
      onDone();
    },
  });
}

/** @param {Omit<Question, "onConfirm">} question @param {() => Promise<void>} action */
const confirmed = (question, action) => ask({ ...question, danger: true, onConfirm: action });

/** @param {Api.Endpoint} endpoint @param {() => void} onDone */
function actions(endpoint, onDone) {
  const kind = "compact";
  const path = /** @type {const} */ (`/webhook-endpoints/${endpoint.id}`);
  const test = button(
    t.test,
    () =>
      during(test, async () => {
        await request("POST", `${path}/test`);
        toast(t.tested);
        onDone();
      }),
    { kind },
  );
  const reveal = button(
    t.reveal,
    () => during(reveal, async () => showSecret(await request("POST", `${path}/reveal-secret`), t.secret)),
    { kind },
  );
  return h(
    "div",
    { class: "actions" },
    test,
    reveal,
    button(t.edit, () => edit(endpoint, onDone), { kind }),
    button(t.replay, () => replay(endpoint, onDone), { kind }),
    button(
      t.rotate,
      () =>
        confirmed({ title: t.regenerateTitle, text: t.regenerateText, confirm: t.rotate }, async () =>
          showSecret(await request("POST", `${path}/rotate-secret`)),
        ),
      { kind },
    ),
    button(
      t.remove,
      () =>
        confirmed({ title: t.removeTitle, text: t.removeText, confirm: t.remove }, async () => {
          await request("DELETE", path);
          onDone();
        }),
      { kind: "compact danger" },
    ),
  );
}

/** @param {Api.Endpoint} endpoint @param {() => void} onDone */
function item(endpoint, onDone) {
  return h(
    "li",
    { "data-endpoint-id": endpoint.id },
    h("p", { class: "secret" }, h("code", null, endpoint.url), badge(endpoint.enabled ? "enabled" : "disabled")),
    endpoint.disabled_reason && notice("warn", endpoint.disabled_reason),
    h("p", { class: "muted small" }, endpoint.events.join(", ")),
    actions(endpoint, onDone),
  );
}

/** @param {{ onChange: () => void }} options @returns {Live} */
export function endpointList({ onChange }) {
  const list = h("div", null, h("span", { class: "skeleton line" }));
  /** @type {string | undefined} */
  let shown;
  async function refresh() {
    try {
      const { data } = await request("GET", "/webhook-endpoints");
      if (JSON.stringify(data) === shown) return;
      shown = JSON.stringify(data);
      list.replaceChildren(
        data.length
          ? h(
              "ul",
              { class: "plain endpoints" },
              data.map((endpoint) => item(endpoint, onChange)),
            )
          : h("p", { class: "empty" }, t.noEndpoints),
      );
    } catch (error) {
      if (!shown) list.replaceChildren(notice("bad", messageOf(error)));
      throw error;
    }
  }

  const add = h(
    "button",
    { type: "button", class: "button compact", onClick: () => edit(null, onChange) },
    icon(icons.plus),
    t.add,
  );
  const element = h(
    "section",
    { class: "card pad" },
    h("div", { class: "section-head" }, h("h2", null, t.endpoints), add),
    list,
  );
  const polling = poll(refresh, steady(REFRESH));
  return { element, refresh: polling.now, stop: polling.stop };
}
