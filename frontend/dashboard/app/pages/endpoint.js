/** Shows one webhook endpoint: how it fares, its secret, the events that it hears, and its log. */
import { h } from "/shared/dom.js";
import { formatPercent } from "/shared/format.js";
import { isMissing } from "/shared/http.js";
import { navigate } from "../router.js";
import { request } from "../session.js";
import { texts } from "../texts.js";
import { deliveryLog } from "../ui/delivery-log.js";
import { editEndpoint, remove, replay, rotate, showSecret } from "../ui/endpoint-forms.js";
import { badge, button, codeBlock, during, facts, heading, messageOf, notice, toast } from "../ui/parts.js";
import { samples } from "../ui/samples.js";
import { exactTime, when } from "../ui/when.js";

const LOOK = 100;
const HUNDREDTHS = 100;
const t = texts.endpoint;

/** @param {Api.Endpoint} endpoint @param {() => void} refresh */
function actions(endpoint, refresh) {
  const path = /** @type {const} */ (`/webhook-endpoints/${endpoint.id}`);
  const w = texts.webhooks;
  const test = button(w.test, () =>
    during(test, async () => {
      await request("POST", `${path}/test`);
      toast(w.tested);
      refresh();
    }),
  );
  const reveal = button(w.reveal, () =>
    during(reveal, async () => showSecret(await request("POST", `${path}/reveal-secret`), w.secret)),
  );
  const again = button(w.replay, () => during(again, () => replay(endpoint, refresh)));
  return [
    endpoint.url && test,
    again,
    button(w.edit, () => editEndpoint(endpoint, refresh)),
    reveal,
    button(w.rotate, () => rotate(endpoint, refresh)),
    button(w.remove, () => remove(endpoint, () => navigate("/dashboard/webhooks")), { kind: "danger" }),
  ];
}

/** Tells how the newest deliveries fared. @param {Api.Webhook[]} rows */
function health(rows) {
  const done = rows.filter((row) => row.status !== "pending");
  const good = done.filter((row) => row.status === "success").length;
  const failed = rows.filter((row) => row.status === "failed").slice(0, 3);
  return h(
    "section",
    { class: "card pad" },
    h("h2", null, t.health),
    facts([
      [
        t.rate(done.length),
        done.length ? h("strong", null, formatPercent((good / done.length) * HUNDREDTHS)) : texts.none,
      ],
      [t.waiting, String(rows.length - done.length)],
    ]),
    h("h3", null, t.failures),
    failed.length
      ? h(
          "ul",
          { class: "plain lined" },
          failed.map((row) =>
            h(
              "li",
              null,
              h("a", { href: `/dashboard/webhooks/${row.id}` }, row.event),
              h(
                "span",
                { class: "muted small" },
                row.response_code ? `HTTP ${row.response_code}` : texts.webhooks.noAnswer,
              ),
              h("span", { class: "muted small push" }, when(row.last_attempt_at)),
            ),
          ),
        )
      : h("p", { class: "muted" }, t.noFailures),
  );
}

/** @param {Api.Endpoint} endpoint */
function details(endpoint) {
  return h(
    "section",
    { class: "card pad" },
    h("h2", null, texts.payment.details),
    facts([
      [texts.columns.status, badge(endpoint.enabled ? "enabled" : "disabled")],
      [texts.webhooks.format, texts.webhooks.formats[endpoint.format]],
      [
        t.oldSecret,
        endpoint.previous_secret_expires_at ? exactTime(endpoint.previous_secret_expires_at) : t.noOldSecret,
      ],
      [texts.columns.created, exactTime(endpoint.created_at)],
      ["ID", h("code", null, endpoint.id)],
    ]),
    h("h3", null, texts.webhooks.events),
    endpoint.events.map((event) =>
      h(
        "details",
        { class: "fold" },
        h(
          "summary",
          null,
          h("code", null, event),
          h("span", { class: "muted small" }, texts.webhooks.meanings[event] ?? ""),
        ),
        codeBlock(JSON.stringify(samples(event), null, 2), event),
      ),
    ),
  );
}

/** @type {Mount} */
export function mount(root, { params }) {
  const id = params.id ?? "";
  const path = /** @type {const} */ (`/webhook-endpoints/${encodeURIComponent(id)}`);
  const head = h("div", null, heading(t.title, id));
  const body = h("div", { class: "stack" }, h("span", { class: "card skeleton tall" }));
  const log = deliveryLog({ endpoints: () => [], endpointId: id, inUrl: true });

  async function refresh() {
    try {
      const [endpoint, { data }] = await Promise.all([
        request("GET", path),
        request("GET", "/webhooks", { query: { endpoint_id: id, limit: LOOK } }),
      ]);
      head.replaceChildren(
        heading(h("span", { class: "url" }, endpoint.url ?? texts.webhooks.noUrl), "", actions(endpoint, changed)),
      );
      body.replaceChildren(
        endpoint.disabled_reason ? notice("warn", endpoint.disabled_reason) : "",
        h("div", { class: "columns even" }, health(data), details(endpoint)),
      );
    } catch (error) {
      body.replaceChildren(notice("bad", isMissing(error) ? t.missing : messageOf(error)));
    }
  }

  function changed() {
    refresh();
    log.refresh();
  }

  root.append(
    h(
      "div",
      { class: "page" },
      h("a", { class: "back", href: "/dashboard/webhooks" }, `← ${texts.delivery.back}`),
      head,
      body,
      h("h2", null, texts.webhooks.log),
      log.element,
    ),
  );
  refresh();
  return log.stop;
}
