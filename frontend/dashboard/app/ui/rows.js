/** Draws the rows of a table, and keeps the rows that have not changed. */
import { h } from "/shared/dom.js";

/**
 * @template {{ id: string }} Row
 * @param {Row} row @param {{ columns: Column<Row>[], rowAttributes?: (row: Row) => Attributes }} options
 */
function renderRow(row, { columns, rowAttributes }) {
  return h(
    "tr",
    rowAttributes?.(row),
    columns.map(({ cell, testId, kind }) => h("td", { class: kind, testId }, cell(row))),
  );
}

/** @typedef {Map<string, { text: string, element: HTMLElement }>} Known The rows by key, as text and as drawn. */

/** @param {Element} row @returns {HTMLElement[]} */
const controlsOf = (row) => [...row.querySelectorAll("a, button, input")].filter((each) => each instanceof HTMLElement);

/**
 * Keeps the rows that have not changed, so that focus and selection survive a refresh. Returns the rows known then.
 * @template {{ id: string }} Row
 * @param {HTMLElement} body @param {Row[]} rows @param {Known} known
 * @param {{ columns: Column<Row>[], keyOf: (row: Row) => string, rowAttributes?: (row: Row) => Attributes }} options
 * @returns {Known}
 */
export function reconcile(body, rows, known, options) {
  /** @type {Known} */
  const kept = new Map();
  const active = document.activeElement;
  const focused = active instanceof HTMLElement && body.contains(active) ? active : null;
  const row = focused?.closest("tr");
  const place = row && focused ? controlsOf(row).indexOf(focused) : -1;
  const elements = rows.map((row) => {
    const text = JSON.stringify(row);
    const key = options.keyOf(row);
    const before = known.get(key);
    const element = before?.text === text ? before.element : renderRow(row, options);
    kept.set(key, { text, element });
    element.dataset.key = key;
    return element;
  });
  if (elements.length !== body.children.length || elements.some((element, index) => body.children[index] !== element)) {
    body.replaceChildren(...elements);
  }
  if (row && !focused?.isConnected) {
    const same = kept.get(row.dataset.key ?? "")?.element;
    if (same) controlsOf(same)[place]?.focus();
  }
  return kept;
}

/**
 * Builds a table of rows at hand.
 * @template {{ id: string }} Row
 * @param {{ label: string, columns: Column<Row>[], rows: Row[], rowAttributes?: (row: Row) => Attributes,
 *   empty: string, testId?: string }} options
 */
export function fixedTable({ label, columns, rows, rowAttributes, empty, testId }) {
  if (!rows.length) return h("div", { class: "card table-card" }, h("p", { class: "empty" }, empty));
  const names = columns.map(({ title, kind = "" }) =>
    h(
      "th",
      {
        class: ["pick", "number", "wide", "id", "tries"].filter((name) => kind.split(" ").includes(name)).join(" "),
        scope: "col",
      },
      title,
    ),
  );
  return h(
    "div",
    { class: "card table-card" },
    h(
      "div",
      { class: "table-scroll", tabindex: "0", role: "region", "aria-label": label },
      h(
        "table",
        { testId },
        h("thead", null, h("tr", null, names)),
        h(
          "tbody",
          null,
          rows.map((row) => renderRow(row, { columns, rowAttributes })),
        ),
      ),
    ),
  );
}
