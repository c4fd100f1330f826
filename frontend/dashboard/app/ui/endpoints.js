/** Shows a merchant's webhook endpoints as a table. Each row leads to the endpoint's page. */
import { h } from "/shared/dom.js";
import { texts } from "../texts.js";
import { badge } from "./parts.js";
import { liveTable } from "./table.js";
import { when } from "./when.js";

const t = texts.webhooks;

/** @type {Column<Api.Endpoint>[]} */
const columns = [
  {
    title: t.url,
    kind: "top address",
    cell: (endpoint) =>
      h("a", { class: "cover", href: `/dashboard/webhooks/endpoints/${endpoint.id}` }, endpoint.url ?? t.noUrl),
  },
  {
    title: texts.columns.status,
    kind: "top push state",
    cell: (endpoint) => [
      badge(endpoint.enabled ? "enabled" : "disabled"),
      endpoint.disabled_reason &&
        h("span", { class: "reason small", title: endpoint.disabled_reason }, endpoint.disabled_reason),
    ],
  },
  {
    title: t.events,
    cell: (endpoint) => h("span", { title: endpoint.events.join(", ") }, t.eventCount(endpoint.events.length)),
  },
  {
    title: t.secret,
    kind: "last",
    cell: (endpoint) =>
      endpoint.previous_secret_expires_at
        ? [t.oldSecret, " ", when(endpoint.previous_secret_expires_at)]
        : h("span", { class: "none" }, texts.none),
  },
];

/** @param {(rows: Api.Endpoint[]) => void} onData */
export const endpointTable = (onData) =>
  liveTable({
    path: "/webhook-endpoints",
    label: t.endpoints,
    columns,
    empty: t.noEndpoints,
    testId: "endpoints-table",
    limit: null,
    paged: false,
    refreshEvery: 0,
    rowAttributes: (endpoint) => ({ "data-endpoint-id": endpoint.id }),
    onData,
  });
