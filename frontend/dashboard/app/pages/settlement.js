/** Shows one payout and what it is made of. */
import { h } from "/shared/dom.js";
import { formatAmount } from "/shared/format.js";
import { isMissing } from "/shared/http.js";
import { icons } from "/shared/icons.js";
import { poll, steady } from "/shared/poll.js";
import { request } from "../session.js";
import { texts } from "../texts.js";
import { download, toCsv } from "../ui/csv.js";
import { decimal } from "../ui/export.js";
import { badge, button, copyable, facts, heading, messageOf, notice } from "../ui/parts.js";
import { fixedTable } from "../ui/rows.js";
import { objectLink } from "../ui/values.js";
import { exactTime, when } from "../ui/when.js";

const REFRESH = 5_000;
const t = texts.settlements;

/** @param {Api.SettlementRow} row */
function change({ credit, debit, currency }) {
  const amount = credit - debit;
  return h("span", { class: "figure" }, `${amount > 0 ? "+" : ""}${formatAmount(amount, currency)}`);
}

/** @type {Column<Api.SettlementRow & { id: string }>[]} */
const columns = [
  { title: t.type, kind: "top", cell: (row) => t.types[row.type] },
  { title: texts.balance.change, kind: "top push number", testId: "change", cell: change },
  { title: texts.payment.fee, kind: "number wide", cell: (row) => formatAmount(row.fee, row.currency) },
  { title: texts.columns.object, cell: (row) => objectLink(row.entity_id) },
  { title: texts.columns.created, kind: "last", cell: (row) => when(row.created_at) },
];

/** @param {Api.SettlementRow} row @returns {Record<string, unknown>} */
function cells(row) {
  const amounts = /** @type {const} */ (["debit", "credit", "amount", "fee", "tax"]);
  return { ...row, ...Object.fromEntries(amounts.map((name) => [name, decimal(row[name], row.currency)])) };
}

/** @param {Api.SettlementReport} report */
function save({ settlement_id: id, data }) {
  const rows = data.map(cells);
  download(`settlement-${id}.csv`, toCsv(Object.keys(rows[0] ?? { entity_id: "" }), rows));
}

/** @param {Api.Settlement} settlement */
function details(settlement) {
  return h(
    "section",
    { class: "card pad" },
    facts([
      [t.fees, formatAmount(settlement.fees, settlement.currency)],
      [texts.payment.tax, formatAmount(settlement.tax, settlement.currency)],
      [t.utr, settlement.utr && copyable(settlement.utr)],
      [t.period, `${settlement.from ? exactTime(settlement.from) : t.start} – ${exactTime(settlement.to)}`],
      [texts.columns.created, exactTime(settlement.created_at)],
      ["ID", copyable(settlement.id)],
    ]),
  );
}

/** @type {Mount} */
export function mount(root, { params }) {
  const id = params.id ?? "";
  const path = /** @type {const} */ (`/settlements/${encodeURIComponent(id)}`);
  const head = h("div", null, heading(t.one, id));
  const body = h("div", { class: "stack" }, h("span", { class: "card skeleton tall" }));

  /** @param {Api.Settlement} settlement @param {Api.SettlementReport} report */
  function show(settlement, report) {
    const rows = report.data.map((row) => ({ ...row, id: row.entity_id }));
    const csv = button(t.report, () => save(report), { drawing: icons.download });
    const title = [formatAmount(settlement.amount, settlement.currency), " ", badge(settlement.status)];
    head.replaceChildren(heading(title, when(settlement.created_at), csv));
    body.replaceChildren(
      settlement.reason ? notice("bad", `${settlement.reason} ${t.again}`, "status") : "",
      settlement.status === "created" ? notice("sent", t.waits) : "",
      details(settlement),
      h("h2", null, t.contents),
      fixedTable({ label: t.contents, columns, rows, empty: t.nothing, testId: "report-table" }),
    );
  }

  const polling = poll(async () => {
    try {
      const [settlement, report] = await Promise.all([request("GET", path), request("GET", `${path}/report`)]);
      show(settlement, report);
      return settlement.status === "created";
    } catch (error) {
      body.replaceChildren(notice("bad", isMissing(error) ? t.missing : messageOf(error)));
      if (isMissing(error)) return false;
      throw error;
    }
  }, steady(REFRESH));
  root.append(
    h("div", { class: "page" }, h("a", { class: "back", href: "/dashboard/settlements" }, `← ${t.back}`), head, body),
  );
  return polling.stop;
}
