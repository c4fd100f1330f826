/** Shows every event of the last 30 days, whether an endpoint asked for it or not. */
import { h } from "/shared/dom.js";
import { texts } from "../texts.js";
import { filterBar, withInstants } from "../ui/filters.js";
import { heading } from "../ui/parts.js";
import { liveTable } from "../ui/table.js";
import { objectLink } from "../ui/values.js";
import { when } from "../ui/when.js";

const REFRESH = 3_000;
const t = texts.events;

/** @type {Column<Api.StoredEvent>[]} */
const columns = [
  {
    title: texts.columns.event,
    kind: "top",
    cell: (event) => h("a", { class: "cover", href: `/dashboard/events/${event.id}` }, event.type),
  },
  { title: texts.columns.created, kind: "top push", cell: (event) => when(event.created_at) },
  { title: texts.columns.object, cell: (event) => objectLink(event.object_id) },
  { title: t.sequence, kind: "number tries", cell: (event) => String(event.sequence) },
  { title: t.id, kind: "mono id", cell: (event) => event.id },
];

/** @type {Mount} */
export function mount(root) {
  const types = texts.webhooks.allEvents.map((each) => [each, each]);
  const filters = filterBar({
    filters: [
      { name: "type", label: texts.columns.event, options: Object.fromEntries(types) },
      { name: "object_id", label: texts.columns.object, type: "search" },
      { name: "from", label: texts.transactions.from, type: "date" },
      { name: "to", label: texts.transactions.to, type: "date" },
    ],
    onChange: () => table.reload(),
  });
  const table = liveTable({
    path: "/events",
    label: t.title,
    columns,
    empty: t.empty,
    testId: "events-table",
    query: () => /** @type {object} */ (withInstants(filters.applied())),
    inUrl: true,
    refreshEvery: REFRESH,
    rowAttributes: (event) => ({ "data-event-id": event.id }),
  });
  root.append(h("div", { class: "page" }, heading(t.title, t.text), filters.element, table.element));
  return table.stop;
}
