/** Shows one webhook: its body, every attempt, and the receiver's answers. */
import { h } from "/shared/dom.js";
import { isMissing } from "/shared/http.js";
import { poll, steady } from "/shared/poll.js";
import { request } from "../session.js";
import { texts } from "../texts.js";
import { badge, button, codeBlock, during, facts, heading, messageOf, notice, toast } from "../ui/parts.js";
import { curl, objectLink, outcome, pretty } from "../ui/values.js";
import { exactTime, when } from "../ui/when.js";

const REFRESH = 2_000;
const REST = 60_000; // a delivery that is over changes only when a person sends it again
const t = texts.delivery;

/** @param {Api.Attempt[]} log */
function attempts(log) {
  /** @param {Api.Attempt} attempt */
  const item = (attempt) =>
    h(
      "li",
      { class: attempt.error_class ? "bad" : "good" },
      h(
        "p",
        null,
        h("strong", null, outcome(attempt)),
        " ",
        h("span", { class: "muted" }, t.duration(attempt.duration_ms)),
      ),
      attempt.error_detail && h("p", { class: "small" }, attempt.error_detail),
      h("span", { class: "muted small" }, when(attempt.at)),
      attempt.response_body && h("details", null, h("summary", null, t.answer), h("pre", null, attempt.response_body)),
    );
  return h(
    "section",
    { class: "card pad" },
    h("h2", null, t.attempts),
    log.length ? h("ol", { class: "timeline" }, log.map(item)) : h("p", { class: "muted" }, t.noAttempts),
  );
}

/** @param {Api.WebhookDetail} webhook */
function details(webhook) {
  return h(
    "section",
    { class: "card pad" },
    h("h2", null, texts.payment.details),
    facts([
      [t.url, h("code", null, webhook.url)],
      [
        texts.webhooks.endpoint,
        h("a", { href: `/dashboard/webhooks/endpoints/${webhook.endpoint_id}` }, h("code", null, webhook.endpoint_id)),
      ],
      [texts.columns.object, objectLink(webhook.object_id)],
      [texts.columns.created, exactTime(webhook.created_at)],
      [texts.columns.last, exactTime(webhook.last_attempt_at)],
      [texts.webhooks.nextRetry, webhook.status === "pending" ? exactTime(webhook.next_retry_at) : null],
      [texts.columns.code, webhook.response_code],
      [t.message, h("code", null, webhook.id)],
    ]),
  );
}

/** @param {Api.WebhookDetail} webhook */
function bodies(webhook) {
  return h(
    "section",
    { class: "card pad" },
    h("h2", null, t.payload),
    codeBlock(pretty(webhook.payload), t.payload),
    h(
      "details",
      { class: "fold" },
      h("summary", null, t.curl),
      codeBlock(curl("POST", webhook.url, {}, webhook.payload ?? ""), t.curl),
    ),
    h("h2", null, t.response),
    codeBlock(pretty(webhook.response_body), t.response),
  );
}

/** @type {Mount} */
export function mount(root, { params }) {
  const path = /** @type {const} */ (`/webhooks/${encodeURIComponent(params.id ?? "")}`);
  const head = h("div", null, heading(t.title, params.id));
  const body = h(
    "div",
    { class: "columns even" },
    h("span", { class: "card skeleton tall" }),
    h("span", { class: "card skeleton tall" }),
  );
  const retry = button(
    texts.webhooks.retry,
    () =>
      during(retry, async () => {
        await request("POST", `${path}/retry`);
        toast(texts.webhooks.retried);
        polling.now();
      }),
    { testId: "retry-webhook-button", "data-webhook-id": params.id },
  );
  /** @type {string | undefined} */
  let shown;
  let resting = false;

  async function refresh() {
    try {
      const webhook = await request("GET", path);
      if (JSON.stringify(webhook) === shown) return;
      shown = JSON.stringify(webhook);
      head.replaceChildren(
        heading(
          [webhook.event, " ", badge(webhook.status, { testId: "webhook-status" })],
          [t.made, when(webhook.created_at)],
          h("a", { class: "button", href: `/dashboard/signatures?webhook=${webhook.id}` }, t.debug),
          retry,
        ),
      );
      const log = webhook.attempts_log ?? [];
      body.replaceChildren(h("div", { class: "stack" }, details(webhook), attempts(log)), bodies(webhook));
      resting = webhook.status !== "pending";
    } catch (error) {
      if (!shown) body.replaceChildren(notice("bad", isMissing(error) ? t.missing : messageOf(error)));
      if (isMissing(error)) return false;
      throw error;
    }
  }

  root.append(
    h("div", { class: "page" }, h("a", { class: "back", href: "/dashboard/webhooks" }, `← ${t.back}`), head, body),
  );
  const polling = poll(refresh, (runs, failures) => (resting ? REST : steady(REFRESH)(runs, failures)));
  return polling.stop;
}
