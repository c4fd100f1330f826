/** Shows what the gateway owes the merchant, and the postings of the ledger behind it. */
import { h } from "/shared/dom.js";
import { formatAmount } from "/shared/format.js";
import { poll, steady } from "/shared/poll.js";
import { request } from "../session.js";
import { texts } from "../texts.js";
import { tell } from "../ui/dialog.js";
import { exportButton } from "../ui/export.js";
import { filterBar, withInstants } from "../ui/filters.js";
import { changeOf, lineCells } from "../ui/ledger.js";
import { button, heading, messageOf, notice } from "../ui/parts.js";
import { liveTable } from "../ui/table.js";
import { objectLink } from "../ui/values.js";
import { exactTime, when } from "../ui/when.js";

const REFRESH = 5_000;
const t = texts.balance;
const PARTS = /** @type {const} */ (["available", "pending", "reserved"]);

/** @param {number} amount @param {string} currency */
const signed = (amount, currency) => `${amount > 0 ? "+" : ""}${formatAmount(amount, currency)}`;

/** @param {string} currency @param {Api.CurrencyBalance} balance */
function card(currency, balance) {
  const part = (/** @type {typeof PARTS[number]} */ name) =>
    h(
      "div",
      { class: "stat" },
      h("dt", null, t[name]),
      h("dd", { testId: `balance-${name}` }, formatAmount(balance[name], currency)),
      h("dd", { class: "muted note" }, t.meanings[name]),
    );
  return h(
    "section",
    { class: "card pad", "aria-label": currency },
    h("dl", { class: "stats three" }, PARTS.map(part)),
    balance.available < 0 ? notice("warn", t.negative) : null,
  );
}

/** @param {Api.Posting} posting */
function showLines({ id, movement, created_at: at, currency, lines }) {
  const side = (/** @type {number} */ amount) =>
    h("td", { class: "number" }, amount > 0 ? formatAmount(amount, currency) : "");
  const heads = [t.account, t.debit, t.credit].map((title, index) =>
    h("th", { scope: "col", class: index ? "number" : "" }, title),
  );
  tell({
    title: t.movements[movement],
    text: `${exactTime(at)}. ${t.linesText}`,
    content: [
      h(
        "table",
        { class: "plain-table" },
        h("thead", null, h("tr", null, heads)),
        h(
          "tbody",
          null,
          lines.map(({ account, amount }) =>
            h("tr", null, h("th", { scope: "row" }, t.accounts[account]), side(amount), side(-amount)),
          ),
        ),
      ),
      h("code", { class: "muted small" }, id),
    ],
  });
}

/** @param {Api.Posting} posting */
function change(posting) {
  const amount = changeOf(posting);
  return amount
    ? h("span", { class: "figure" }, signed(amount, posting.currency))
    : h("span", { class: "muted" }, t.noChange);
}

/** @type {Column<Api.Posting>[]} */
const columns = [
  { title: t.movement, kind: "top", cell: (posting) => t.movements[posting.movement] },
  { title: t.change, kind: "top push number", testId: "change", cell: change },
  { title: texts.columns.object, cell: (posting) => objectLink(posting.object_id) },
  { title: t.lines, cell: (posting) => button(t.lines, () => showLines(posting), { kind: "compact" }) },
  { title: texts.columns.created, kind: "last", cell: (posting) => when(posting.created_at) },
];

/** @type {Mount} */
export function mount(root) {
  const cards = h("div", { class: "stack", testId: "balances" }, h("span", { class: "card skeleton line" }));
  let shown = "";
  /** @param {Record<string, Api.CurrencyBalance>} balances */
  function show(balances) {
    const text = JSON.stringify(balances);
    if (text === shown) return;
    shown = text;
    const all = Object.entries(balances).map(([currency, balance]) => card(currency, balance));
    cards.replaceChildren(...(all.length ? all : [h("p", { class: "card empty" }, t.nothing)]));
  }

  const filters = filterBar({
    filters: [
      { name: "from", label: texts.transactions.from, type: "date" },
      { name: "to", label: texts.transactions.to, type: "date" },
    ],
    onChange: () => table.reload(),
  });
  const query = () => withInstants(filters.applied());
  const table = liveTable({
    path: "/ledger",
    label: t.ledger,
    columns,
    empty: t.empty,
    testId: "ledger-table",
    query,
    inUrl: true,
    refreshEvery: REFRESH,
  });
  const csv = exportButton({ name: "ledger", path: "/ledger", query, cells: lineCells });
  root.append(
    h(
      "div",
      { class: "page" },
      heading(t.title, t.text, csv),
      cards,
      h("h2", null, t.ledger),
      filters.element,
      table.element,
    ),
  );
  const balances = poll(async () => {
    try {
      show(await request("GET", "/balance"));
    } catch (error) {
      shown = "";
      cards.replaceChildren(notice("bad", messageOf(error)));
      throw error;
    }
  }, steady(REFRESH));
  return () => {
    balances.stop();
    table.stop();
  };
}
