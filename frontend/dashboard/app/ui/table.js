/** Shows a list of the API as a table that stays current: skeleton, rows, empty, error, and pages by cursor. */
import { h } from "/shared/dom.js";
import { formatCount } from "/shared/format.js";
import { poll, steady } from "/shared/poll.js";
import { request } from "../session.js";
import { texts } from "../texts.js";
import { button, messageOf, notice } from "./parts.js";

const REFRESH = 2_000; // milliseconds: a change shows within three seconds
const LIMIT = 20;
const SKELETONS = 6;

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
const controlsOf = (row) => [...row.querySelectorAll("a, button")].filter((each) => each instanceof HTMLElement);

/**
 * Keeps the rows that have not changed, so that focus and selection survive a refresh. Returns the rows known then.
 * @template {{ id: string }} Row
 * @param {HTMLElement} body @param {Row[]} rows @param {Known} known
 * @param {{ columns: Column<Row>[], keyOf: (row: Row) => string, rowAttributes?: (row: Row) => Attributes }} options
 * @returns {Known}
 */
function reconcile(body, rows, known, options) {
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
 * Returns the heading's kinds: the kinds of the column that concern its place.
 * @param {{ title: string, kind?: string }} column
 */
function heading({ title, kind = "" }) {
  return h("th", { class: ["number", "wide"].filter((name) => kind.includes(name)).join(" "), scope: "col" }, title);
}

/** @param {{ kind?: string }[]} columns */
function skeleton(columns) {
  return Array.from({ length: SKELETONS }, () =>
    h(
      "tr",
      null,
      columns.map(({ kind }) => h("td", { class: kind }, h("span", { class: "skeleton line" }))),
    ),
  );
}

/** @param {(step: number) => void} onMove */
function createPager(onMove) {
  const previous = button(texts.previous, () => onMove(-1), { kind: "compact" });
  const next = button(texts.next, () => onMove(1), { kind: "compact" });
  const count = h("span", { class: "muted small" });
  return {
    element: h("div", { class: "pager" }, count, previous, next),
    /** @param {{ total?: number | null, shown: number, hasNext: boolean, hasPrevious: boolean }} page */
    update({ total, shown, hasNext, hasPrevious }) {
      count.textContent =
        typeof total === "number"
          ? texts.ofTotal(formatCount(shown), formatCount(total))
          : texts.shown(formatCount(shown));
      previous.disabled = !hasPrevious;
      next.disabled = !hasNext;
    },
  };
}

/**
 * Builds a table of a list of the API. The path has to be a list's. stop() ends the polling.
 * @template {ListPath} P @template {{ id: string }} Row
 * @param {TableOptions<P, Row>} options @returns {LiveTable}
 */
export function liveTable({
  path,
  label,
  columns,
  query,
  complete,
  keyOf = (row) => row.id,
  empty,
  testId,
  rowAttributes,
  limit = LIMIT,
  paged = true,
  onData,
}) {
  const ask = /** @type {(verb: "GET", path: P, options: object) => Promise<Page<any>>} */ (
    /** @type {unknown} */ (request)
  );
  /** @type {Known} */
  let known = new Map();
  /** @type {string | null | undefined} */
  let nextCursor;
  /** @type {(string | null | undefined)[]} One a page, from the first to this one. */
  let cursors = [undefined];
  const body = h("tbody", null, skeleton(columns));
  const message = h("div", { class: "table-message" });
  const pager = createPager(move);
  const element = h(
    "div",
    { class: "card table-card", "aria-busy": "true" },
    message,
    h(
      "div",
      { class: "table-scroll", tabindex: "0", role: "region", "aria-label": label },
      h("table", { testId }, h("thead", null, h("tr", null, columns.map(heading))), body),
    ),
    paged && pager.element,
  );

  /** @param {Row[]} rows @param {Omit<Page<Row>, "data">} page */
  function show(rows, { total, next_cursor: next }) {
    element.removeAttribute("aria-busy");
    known = reconcile(body, rows, known, { columns, rowAttributes, keyOf });
    nextCursor = next;
    pager.update({ total, shown: rows.length, hasNext: Boolean(next), hasPrevious: cursors.length > 1 });
  }

  /** Shows an error. Removes the rows of another page or filter. @param {unknown} error */
  function complain(error) {
    if (element.hasAttribute("aria-busy")) show([], {});
    message.replaceChildren(notice("bad", messageOf(error)));
  }

  async function refresh() {
    const asked = cursors;
    try {
      const answer = await ask("GET", path, { query: { limit, cursor: cursors.at(-1), ...query?.() } });
      /** @type {Row[]} */
      const rows = complete ? await complete(answer.data) : answer.data;
      if (asked !== cursors) return;
      show(rows, answer);
      message.replaceChildren(
        ...(rows.length ? [] : [h("p", { class: "empty" }, answer.next_cursor ? texts.emptyPage : empty)]),
      );
      onData?.(rows);
    } catch (error) {
      if (asked === cursors) complain(error);
      throw error;
    }
  }

  /** @param {(string | null | undefined)[]} wanted */
  function goTo(wanted) {
    cursors = wanted;
    element.setAttribute("aria-busy", "true");
    polling.now();
  }

  /** Turns the page. A second click before the answer would start from the old page. @param {number} step */
  function move(step) {
    if (element.hasAttribute("aria-busy")) return;
    goTo(step > 0 ? [...cursors, nextCursor] : cursors.slice(0, -1));
  }

  const reload = () => goTo([undefined]);

  const polling = poll(refresh, steady(REFRESH));
  return { element, reload, refresh: polling.now, stop: polling.stop };
}
