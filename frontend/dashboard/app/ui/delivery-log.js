/** Shows the log of deliveries: which event of which object went to which endpoint, and what came of it. */
import { h } from "/shared/dom.js";
import { request } from "../session.js";
import { texts } from "../texts.js";
import { decimalFree, exportButton } from "./export.js";
import { filterBar, withInstants } from "./filters.js";
import { badge, button, during, toast } from "./parts.js";
import { selection } from "./selection.js";
import { liveTable } from "./table.js";
import { objectLink } from "./values.js";
import { when } from "./when.js";

const REFRESH = 2_500;
const t = texts.webhooks;

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

/** Returns an endpoint's host and path, which tell endpoints apart in a narrow column. @param {string | null} url */
const short = (url) => (url ?? "").replace(/^https?:\/\//, "");

/** @param {Api.Webhook} row */
function response(row) {
  const next = row.status === "pending" && row.next_retry_at ? [" ", t.nextShort, " ", when(row.next_retry_at)] : null;
  return h(
    "span",
    null,
    String(row.response_code ?? (row.attempts ? t.noAnswer : texts.none)),
    next && h("span", { class: "muted small" }, next),
  );
}

/**
 * endpoints: the known endpoints, for their names. endpointId: shows one endpoint's log only.
 * @param {{ endpoints: () => Api.Endpoint[], endpointId?: string, inUrl?: boolean }} options
 */
export function deliveryLog({ endpoints, endpointId, inUrl = false }) {
  /** @param {string} id */
  const nameOf = (id) => short(endpoints().find((each) => each.id === id)?.url ?? null) || id;
  const endpointSelect = { name: "endpoint", label: t.endpoint, options: {} };
  const filters = filterBar({
    filters: [
      { name: "status", label: texts.columns.status, options: t.statuses },
      {
        name: "event",
        label: texts.columns.event,
        options: Object.fromEntries([...t.allEvents, "webhook.test"].map((each) => [each, each])),
      },
      ...(endpointId ? [] : [endpointSelect]),
      { name: "object", label: texts.columns.object, type: /** @type {const} */ ("search") },
      { name: "from", label: texts.transactions.from, type: /** @type {const} */ ("date") },
      { name: "to", label: texts.transactions.to, type: /** @type {const} */ ("date") },
    ],
    onChange: () => table.reload(),
  });
  function query() {
    const { endpoint, object, ...rest } = /** @type {Record<string, string | undefined>} */ (
      withInstants(filters.applied())
    );
    return /** @type {object} */ ({ ...rest, endpoint_id: endpointId ?? endpoint, object_id: object });
  }
  const chosen = selection({
    nameOf: (/** @type {Api.Webhook} */ row) => `${row.event} ${row.id}`,
    label: t.retry,
    async act(rows) {
      const settled = rows.filter((row) => row.status !== "pending");
      for (const row of settled) await request("POST", `/webhooks/${row.id}/retry`);
      toast(t.retriedAll(String(settled.length)));
      table.refresh();
    },
  });
  /** @type {Column<Api.Webhook>[]} */
  const columns = [
    chosen.column,
    {
      title: texts.columns.event,
      kind: "top",
      cell: (row) =>
        h("a", { class: "cover", href: `/dashboard/webhooks/${row.id}`, testId: "webhook-event" }, row.event),
    },
    {
      title: texts.columns.status,
      kind: "top push",
      cell: (row) => badge(row.status, { testId: "webhook-status" }),
    },
    { title: texts.columns.object, kind: "object", cell: (row) => objectLink(row.object_id) },
    ...(endpointId
      ? []
      : [
          {
            title: t.endpoint,
            kind: "clip endpoint",
            /** @param {Api.Webhook} row */
            cell: (row) =>
              h("span", { title: nameOf(row.endpoint_id), "data-names": row.endpoint_id }, nameOf(row.endpoint_id)),
          },
        ]),
    {
      title: texts.columns.attempts,
      kind: "number tries",
      testId: "webhook-attempts",
      cell: (row) => String(row.attempts),
    },
    { title: texts.columns.code, testId: "webhook-response-code", cell: response },
    {
      title: texts.columns.last,
      kind: "last",
      testId: "webhook-last-attempt",
      cell: (row) => when(row.last_attempt_at),
    },
    {
      title: texts.columns.actions,
      kind: "above",
      cell: (row) => (row.status === "pending" ? "" : retryButton(row, () => table.refresh())),
    },
  ];
  const table = liveTable({
    path: "/webhooks",
    label: t.log,
    columns,
    empty: t.empty,
    testId: "webhook-logs-table",
    query,
    inUrl,
    refreshEvery: REFRESH,
    rowAttributes: (row) => ({ testId: "webhook-log-item", "data-webhook-id": row.id }),
  });
  const csv = exportButton({ name: "webhooks", path: "/webhooks", query, cells: decimalFree });
  const element = h(
    "div",
    { class: "stack" },
    h("div", { class: "bar" }, filters.element, csv),
    chosen.bar,
    table.element,
  );

  /** Names the endpoints once they are known. @param {Api.Endpoint[]} rows */
  function named(rows) {
    filters.options("endpoint", Object.fromEntries(rows.map((each) => [each.id, short(each.url) || each.id])));
    for (const each of element.querySelectorAll("[data-names]")) {
      each.textContent = nameOf(each.getAttribute("data-names") ?? "");
      each.setAttribute("title", each.textContent);
    }
  }

  return { element, named, refresh: table.refresh, stop: table.stop };
}
