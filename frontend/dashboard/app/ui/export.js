/** Writes a whole list of the API as a CSV file with a dated name. */
import { plainAmount } from "/shared/format.js";
import { icons } from "/shared/icons.js";
import { request } from "../session.js";
import { texts } from "../texts.js";
import { download, toCsv } from "./csv.js";
import { button, during, toast } from "./parts.js";
import { dayOf } from "./when.js";

const PAGE = 100;
const MOST_ROWS = 10_000;

/**
 * @template {ListPath} P @param {P} path @param {object} filters @returns {Promise<any[]>}
 */
async function fetchAll(path, filters) {
  const ask = /** @type {(verb: "GET", path: P, options: object) => Promise<Page<any>>} */ (
    /** @type {unknown} */ (request)
  );
  const rows = [];
  /** @type {string | null | undefined} */
  let cursor;
  do {
    const page = await ask("GET", path, { query: { ...filters, limit: PAGE, cursor } });
    rows.push(...page.data);
    cursor = page.next_cursor;
  } while (cursor && rows.length < MOST_ROWS);
  if (cursor) toast(texts.exportCut(rows.length));
  return rows;
}

/**
 * Returns an amount in the currency's unit, for people and spreadsheets. Text, because a number would lose its zeros.
 * @param {number | null | undefined} amount @param {string | null} currency
 */
export const decimal = (amount, currency) =>
  typeof amount === "number" && currency ? plainAmount(amount, currency) : "";

/** Returns a row that holds no amount as it is. @param {object} row @returns {Record<string, unknown>} */
export const decimalFree = (row) => ({ ...row });

/** @param {string} name @param {Record<string, unknown>[]} rows */
export function saveRows(name, rows) {
  download(`${name}-${dayOf(Date.now())}.csv`, toCsv(Object.keys(rows[0] ?? { id: "" }), rows));
}

/**
 * Builds the button. cells: the columns of a row, by name, or of several rows.
 * @template {ListPath} P
 * @param {{ name: string, path: P, query?: () => object,
 *   cells: (row: RowOf<P>) => Record<string, unknown> | Record<string, unknown>[] }} options
 */
export function exportButton({ name, path, query = () => ({}), cells }) {
  const csv = button(
    texts.csv,
    () =>
      during(csv, async () => {
        const found = (await fetchAll(path, query())).flatMap(cells);
        saveRows(name, /** @type {Record<string, unknown>[]} */ (found));
      }),
    { drawing: icons.download },
  );
  return csv;
}
