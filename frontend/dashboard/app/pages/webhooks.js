/** Shows the webhooks: the primary endpoint, all endpoints, and the log of deliveries. */
import { h } from "/shared/dom.js";
import { formatDateTime } from "/shared/format.js";
import { poll, steady } from "/shared/poll.js";
import { request } from "../session.js";
import { texts } from "../texts.js";
import { ask } from "../ui/dialog.js";
import { endpointList } from "../ui/endpoints.js";
import { badge, button, during, field, heading, messageOf, notice, toast } from "../ui/parts.js";
import { revealer } from "../ui/secret.js";
import { liveTable } from "../ui/table.js";

const REFRESH = 5_000;
const t = texts.webhooks;

/** Rotates the secret and shows the new secret in place of the old secret. */
function secretRow() {
  const regenerate = button(
    t.regenerate,
    () =>
      ask({
        title: t.regenerateTitle,
        text: t.regenerateText,
        confirm: t.regenerate,
        danger: true,
        async onConfirm() {
          secret.show((await request("POST", "/merchants/webhook/regenerate-secret")).webhook_secret);
          toast(t.newSecret);
        },
      }),
    { kind: "compact", testId: "regenerate-secret-button" },
  );
  const secret = revealer({
    testId: "webhook-secret",
    label: t.secret,
    extras: [regenerate],
    load: async () => (await request("POST", "/merchants/reveal")).webhook_secret,
  });
  return h("div", { class: "field" }, h("span", { class: "label" }, t.secret), secret);
}

/**
 * Edits the URL. Saves it only once the present URL is known, because an empty field would switch webhooks off. The
 * field follows changes from elsewhere until a person edits it.
 * @param {() => void} onChange @returns {Live}
 */
function configuration(onChange) {
  const url = h("input", {
    class: "input",
    id: "webhook-url",
    type: "url",
    testId: "webhook-url-input",
    placeholder: "https://",
    autocomplete: "off",
    spellcheck: "false",
  });
  const message = h("div", null);
  const save = h("button", { class: "button primary", testId: "save-webhook-button", disabled: true }, t.save);
  /** @type {string | null} */
  let known = null;
  /** @type {HTMLElement | undefined} */
  let problem;
  const test = button(
    t.test,
    () =>
      act(
        test,
        async () => {
          await request("POST", "/merchants/webhook/test");
          return t.tested;
        },
        "sent",
      ),
    { testId: "test-webhook-button" },
  );

  /** @param {HTMLButtonElement} element @param {() => Promise<string>} action @param {Tone} tone */
  async function act(element, action, tone = "good") {
    element.disabled = true;
    try {
      message.replaceChildren(notice(tone, await action()));
      onChange();
    } catch (error) {
      message.replaceChildren(notice("bad", messageOf(error)));
    } finally {
      element.disabled = false;
    }
  }

  /** @param {Event} event */
  function send(event) {
    event.preventDefault();
    act(save, async () => {
      await request("PUT", "/merchants/webhook", { body: { webhook_url: url.value.trim() || null } });
      known = url.value;
      return t.saved;
    });
  }

  async function refresh() {
    let profile;
    try {
      profile = await request("GET", "/merchants/profile");
    } catch (error) {
      problem = notice("bad", messageOf(error));
      if (known === null) message.replaceChildren(problem);
      throw error;
    }
    if (known === null) {
      save.disabled = false;
      problem?.remove();
    }
    const present = profile.webhook_url ?? "";
    if (url.value === (known ?? "")) url.value = present;
    known = present;
  }

  const element = h(
    "section",
    { class: "card pad", testId: "webhook-config" },
    h("h2", null, t.config),
    h(
      "form",
      { class: "stack", testId: "webhook-config-form", novalidate: true, onSubmit: send },
      field(t.url, url, t.urlHint),
      secretRow(),
      message,
      h("div", { class: "actions" }, save, test),
    ),
  );
  const polling = poll(refresh, steady(REFRESH));
  return { element, refresh: polling.now, stop: polling.stop };
}

/** @param {Api.Webhook} row @param {() => void} onDone */
function retryButton(row, onDone) {
  const retry = button(
    t.retry,
    () =>
      during(retry, async () => {
        await request("POST", `/webhooks/${row.id}/retry`);
        toast(t.retried);
        onDone();
      }),
    {
      kind: "compact",
      testId: "retry-webhook-button",
      "data-webhook-id": row.id,
      "aria-label": `${t.retry} ${row.event} ${row.id}`,
    },
  );
  return retry;
}

function logTable() {
  /** @param {string | null} iso */
  const time = (iso) => (iso ? h("time", { datetime: iso }, formatDateTime(iso)) : texts.none);
  /** @type {Column<Api.Webhook>[]} */
  const columns = [
    {
      title: texts.columns.event,
      cell: (row) => h("a", { href: `/dashboard/webhooks/${row.id}`, testId: "webhook-event" }, row.event),
    },
    { title: texts.columns.status, cell: (row) => badge(row.status, { testId: "webhook-status" }) },
    { title: texts.columns.attempts, kind: "number", testId: "webhook-attempts", cell: (row) => String(row.attempts) },
    {
      title: texts.columns.code,
      kind: "number",
      testId: "webhook-response-code",
      cell: (row) => String(row.response_code ?? texts.none),
    },
    {
      title: texts.columns.last,
      kind: "wide",
      testId: "webhook-last-attempt",
      cell: (row) => time(row.last_attempt_at),
    },
    { title: t.nextRetry, kind: "wide", cell: (row) => time(row.status === "pending" ? row.next_retry_at : null) },
    { title: texts.columns.actions, cell: (row) => retryButton(row, () => table.refresh()) },
  ];
  const table = liveTable({
    path: "/webhooks",
    label: t.log,
    columns,
    empty: t.empty,
    testId: "webhook-logs-table",
    rowAttributes: (row) => ({ testId: "webhook-log-item", "data-webhook-id": row.id }),
  });
  return table;
}

/** @type {Mount} */
export function mount(root) {
  const log = logTable();
  const refresh = () => {
    for (const part of parts) part.refresh();
  };
  const primary = configuration(refresh);
  const endpoints = endpointList({ onChange: refresh });
  const parts = [primary, endpoints, log];
  root.append(
    h(
      "div",
      { class: "page" },
      heading(t.title, t.text),
      h("div", { class: "columns" }, primary.element, endpoints.element),
      h("div", { class: "section-head" }, h("h2", null, t.log)),
      log.element,
    ),
  );
  return () => {
    for (const part of parts) part.stop();
  };
}
