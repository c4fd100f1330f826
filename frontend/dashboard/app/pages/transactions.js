/** Shows all payments, with filters, search by id, pages and CSV. */
import { h } from "/shared/dom.js";
import { icons } from "/shared/icons.js";
import { navigate } from "../router.js";
import { request } from "../session.js";
import { texts } from "../texts.js";
import { download, toCsv } from "../ui/csv.js";
import { filtersOf, orderSearched } from "../ui/filters.js";
import { button, during, field, heading, toast } from "../ui/parts.js";
import { paymentColumns, paymentRow } from "../ui/payments.js";
import { liveTable } from "../ui/table.js";

const PAGE = 100;
const MOST_ROWS = 10_000;
/** @type {(keyof Api.Payment)[]} */
const CSV_COLUMNS = [
  "id",
  "order_id",
  "amount",
  "currency",
  "method",
  "status",
  "captured",
  "amount_refunded",
  "error_code",
  "created_at",
];

/** @param {string} id @param {Record<string, string>} options */
function choice(id, options) {
  return h(
    "select",
    { class: "input", id },
    h("option", { value: "" }, texts.all),
    Object.entries(options).map(([value, label]) => h("option", { value }, label)),
  );
}

/** @param {PaymentFilters} filters */
async function fetchAll(filters) {
  /** @type {Api.Payment[]} */
  const rows = [];
  /** @type {string | null | undefined} */
  let cursor;
  do {
    /** @type {Page<Api.Payment>} */
    const page = await request("GET", "/payments", { query: { ...filters, limit: PAGE, cursor } });
    rows.push(...page.data);
    cursor = page.next_cursor;
  } while (cursor && rows.length < MOST_ROWS);
  if (cursor) toast(texts.transactions.exportCut(rows.length));
  return rows;
}

/** @param {() => void} onChange */
function createFilters(onChange) {
  const inputs = {
    status: choice("status", texts.transactions.statuses),
    method: choice("method", texts.transactions.methods),
    from: h("input", { class: "input", id: "from", type: "date" }),
    to: h("input", { class: "input", id: "to", type: "date" }),
  };
  const search = h("input", {
    class: "input mono",
    id: "search",
    type: "search",
    placeholder: "pay_… / order_…",
    spellcheck: "false",
    autocomplete: "off",
  });
  const read = () =>
    filtersOf(
      {
        status: inputs.status.value,
        method: inputs.method.value,
        from: inputs.from.value,
        to: inputs.to.value,
      },
      orderSearched(search.value),
    );
  let applied = read();
  const apply = () => {
    applied = read();
    onChange();
  };
  /** @param {Event} event */
  const find = (event) => {
    event.preventDefault();
    const wanted = search.value.trim();
    if (wanted && !orderSearched(wanted)) navigate(`/dashboard/transactions/${encodeURIComponent(wanted)}`);
    else apply();
  };
  const t = texts.transactions;
  const element = h(
    "form",
    {
      class: "filters",
      role: "search",
      onSubmit: find,
      onChange: (event) => event.target !== search && apply(),
      onReset: () => setTimeout(apply),
    },
    field(t.search, search),
    field(t.status, inputs.status),
    field(t.method, inputs.method),
    field(t.from, inputs.from),
    field(t.to, inputs.to),
    h(
      "div",
      { class: "actions" },
      h("button", { class: "button" }, t.find),
      h("button", { class: "button quiet", type: "reset" }, t.clear),
    ),
  );
  return { element, applied: () => applied }; // a half-typed value does not filter
}

/** @type {Mount} */
export function mount(root) {
  const filters = createFilters(() => table.reload());
  const table = liveTable({
    path: "/payments",
    label: texts.transactions.title,
    columns: paymentColumns,
    rowAttributes: paymentRow,
    testId: "transactions-table",
    query: filters.applied,
    empty: texts.transactions.empty,
  });
  const csv = button(
    texts.transactions.csv,
    () =>
      during(csv, async () => {
        download("transactions.csv", toCsv(CSV_COLUMNS, await fetchAll(filters.applied())));
      }),
    { drawing: icons.download },
  );
  root.append(
    h(
      "div",
      { class: "page" },
      heading(texts.transactions.title, texts.transactions.text, csv),
      filters.element,
      table.element,
    ),
  );
  return table.stop;
}
