/** Shows a merchant's money over a time: gross, refunded and net of each currency, and the days of one. */
import { h } from "/shared/dom.js";
import { formatAmount, formatChange, formatCount, formatPercent } from "/shared/format.js";
import { currentQuery, setQuery } from "../router.js";
import { texts } from "../texts.js";
import { chart } from "./chart.js";
import { headline } from "./money.js";

const DAY = 86_400_000;
const DEFAULT_DAYS = "30";
const t = texts.home;

/** @param {string} label @param {string} testId */
function stat(label, testId) {
  const value = h("dd", { testId }, texts.none);
  const before = h("dd", { class: "note muted", testId: `${testId}-change` });
  return {
    element: h("div", { class: "stat" }, h("dt", null, label), value, before),
    value,
    before,
  };
}

/** Says how a figure has changed. was: undefined where nothing is known. @param {number} is @param {number} [was] */
function changed(is, was) {
  if (was) return t.change(formatChange((is - was) / was));
  return was === 0 && is ? t.noneBefore : "";
}

/**
 * Returns the UTC days that the address asks for, because figures are kept by the UTC day. back: how many periods ago.
 */
function period(back = 0) {
  const days = Number(currentQuery().days ?? DEFAULT_DAYS);
  const end = Date.now() - back * days * DAY;
  /** @param {number} time */
  const day = (time) => new Date(time).toISOString().slice(0, 10);
  return days ? { from: day(end - (days - 1) * DAY), to: day(end) } : {};
}

/** @param {Api.Stats} data */
function currencies({ by_currency: rows }) {
  if (rows.length < 2) return "";
  const names = [t.currency, t.gross, t.refunded, t.net, t.succeeded, t.failed];
  return h(
    "div",
    { class: "card table-card" },
    h(
      "div",
      { class: "table-scroll", tabindex: "0", role: "region", "aria-label": t.currencies },
      h(
        "table",
        { class: "plain-table" },
        h(
          "thead",
          null,
          h(
            "tr",
            null,
            names.map((name, index) => h("th", { scope: "col", class: index ? "number" : "" }, name)),
          ),
        ),
        h(
          "tbody",
          null,
          rows.map((row) =>
            h(
              "tr",
              { "data-currency": row.currency },
              h("th", { scope: "row" }, row.currency),
              [row.total_amount, row.refunded_amount, row.net_amount].map((amount) =>
                h("td", { class: "number" }, formatAmount(amount, row.currency)),
              ),
              [row.successful, row.failed].map((count) => h("td", { class: "number" }, formatCount(count))),
            ),
          ),
        ),
      ),
    ),
  );
}

/** @param {() => void} onChange */
export function figures(onChange) {
  const gross = stat(t.gross, "total-amount");
  const refunded = stat(t.refunded, "refunded-amount");
  const net = stat(t.net, "net-amount");
  const count = stat(t.transactions, "total-transactions");
  const rate = stat(t.rate, "success-rate");
  const drawing = h("div", { class: "chart-frame" }, h("span", { class: "skeleton" }));
  const others = h("div", null);
  /** @param {string} id @param {string} label @param {Record<string, string>} options */
  const select = (id, label, options) =>
    h(
      "select",
      { class: "input compact", id, "aria-label": label, value: currentQuery()[id] ?? "", onChange: change },
      Object.entries(options).map(([value, text]) => h("option", { value }, text)),
    );
  const days = select("days", t.period, t.periods);
  days.value = currentQuery().days ?? DEFAULT_DAYS;
  const currency = select("currency", t.currency, {});
  currency.hidden = true;
  /** @type {string | undefined} */
  let shown;

  /** @param {Event} event */
  function change({ target }) {
    const value = target === days ? (days.value === DEFAULT_DAYS ? undefined : days.value) : currency.value;
    setQuery({ [target === days ? "days" : "currency"]: value });
    onChange();
  }

  /** @param {Api.Stats} data @param {Api.Stats} [earlier] the figures of the period before */
  function show(data, earlier) {
    if (JSON.stringify([data, earlier]) === shown) return;
    shown = JSON.stringify([data, earlier]);
    const codes = data.by_currency.map((each) => each.currency);
    currency.hidden = codes.length < 2;
    currency.replaceChildren(...codes.map((code) => h("option", { value: code }, code)));
    currency.value = data.currency;
    const own = data.by_currency.find((each) => each.currency === data.currency);
    const old = earlier?.by_currency.find((each) => each.currency === data.currency);
    for (const [each, name] of /** @type {const} */ ([
      [gross, "total_amount"],
      [refunded, "refunded_amount"],
      [net, "net_amount"],
    ])) {
      const amount = own?.[name] ?? 0;
      each.value.textContent = headline(amount, data.currency);
      each.value.title = formatAmount(amount, data.currency);
      each.before.textContent = changed(amount, earlier && (old?.[name] ?? 0));
      each.before.title = formatAmount(old?.[name] ?? 0, data.currency);
    }
    count.value.textContent = formatCount(data.total_transactions);
    count.before.textContent = changed(data.total_transactions, earlier?.total_transactions);
    rate.value.textContent = data.total_transactions ? formatPercent(data.success_rate) : texts.none;
    rate.before.textContent = earlier?.total_transactions ? t.was(formatPercent(earlier.success_rate)) : "";
    drawing.replaceChildren(chart(data.series, data.currency));
    others.replaceChildren(currencies(data));
  }

  return {
    controls: [currency, days],
    query: () => ({ ...period(), currency: currentQuery().currency }),
    /** Returns the query of the period before; null where all time is shown. */
    queryBefore: () => (period().from ? period(1) : null),
    element: h(
      "section",
      { class: "card figures", "aria-label": t.stats },
      h(
        "dl",
        { class: "stats", testId: "stats-container" },
        [gross, refunded, net, count, rate].map((each) => each.element),
      ),
      drawing,
      h("p", { class: "muted small foot" }, t.days),
    ),
    others,
    show,
  };
}
