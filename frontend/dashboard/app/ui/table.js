/**
 * Shows a list of the API as a table that stays current: skeleton, rows, empty, error, and pages by cursor. On a phone
 * each row is two lines. The address keeps the page, so that Back, a reload and a shared link show it again.
 */
import { h } from "/shared/dom.js";
import { formatCount } from "/shared/format.js";
import { poll, steady } from "/shared/poll.js";
import { currentQuery, setQuery } from "../router.js";
import { request } from "../session.js";
import { texts } from "../texts.js";
import { button, messageOf, notice } from "./parts.js";
import { reconcile } from "./rows.js";

const REFRESH = 2_000;
const LIMIT = 20;
const SKELETONS = 6;

/**
 * Returns the heading's kinds: the kinds of the column that concern its place.
 * @param {{ title: string, kind?: string }} column
 */
function heading({ title, kind = "" }) {
  return h(
    "th",
    {
      class: ["pick", "number", "wide", "id", "tries"].filter((name) => kind.split(" ").includes(name)).join(" "),
      scope: "col",
    },
    title,
  );
}

/** @param {{ kind?: string }[]} columns */
function skeleton(columns) {
  return Array.from({ length: SKELETONS }, () =>
    h(
      "tr",
      { "aria-hidden": "true" },
      columns.map(({ kind }) => h("td", { class: kind }, h("span", { class: "skeleton line" }))),
    ),
  );
}

/** @param {(step: number) => void} onMove */
function createPager(onMove) {
  const previous = button(texts.previous, () => onMove(-1), { kind: "compact" });
  const next = button(texts.next, () => onMove(1), { kind: "compact" });
  const count = h("span", { class: "muted small" });
  const element = h("div", { class: "pager" }, count, previous, next);
  return {
    element,
    /** @param {{ total?: number | null, shown: number, first: number, hasNext: boolean, hasPrevious: boolean }} page */
    update({ total, shown, first, hasNext, hasPrevious }) {
      count.textContent =
        typeof total === "number" && shown
          ? texts.ofTotal(formatCount(first), formatCount(first + shown - 1), formatCount(total))
          : texts.shown(formatCount(shown));
      previous.disabled = !hasPrevious;
      next.disabled = !hasNext;
      previous.hidden = next.hidden = !hasNext && !hasPrevious;
      element.hidden = !shown && !hasNext && !hasPrevious;
    },
  };
}

/** @typedef {{ cursors: (string | null | undefined)[], number: number }} Place Cursors, one a page up to this one. */

/** Returns the place that the address names. A shared link does not know the pages before its own. @returns {Place} */
function placeInUrl() {
  const { cursor, page } = currentQuery();
  if (!cursor) return { cursors: [undefined], number: 1 };
  const known = history.state?.cursors;
  const cursors = known?.at(-1) === cursor ? known : [undefined, cursor];
  return { cursors, number: Math.max(2, Number(page) || 2) };
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
  inUrl = false,
  refreshEvery = REFRESH,
  onData,
}) {
  const ask = /** @type {(verb: "GET", path: P, options: object) => Promise<Page<any>>} */ (
    /** @type {unknown} */ (request)
  );
  /** @type {import("./rows.js").Known} */
  let known = new Map();
  /** @type {string | null | undefined} */
  let nextCursor;
  /** @type {Place} */
  let place = inUrl ? placeInUrl() : { cursors: [undefined], number: 1 };
  const body = h("tbody", null, skeleton(columns));
  const message = h("div", { class: "table-message" });
  const fresh = h("button", { type: "button", class: "fresh", hidden: true, onClick: () => reload() });
  const pager = createPager(move);
  const scroll = h(
    "div",
    { class: "table-scroll", tabindex: "0", role: "region", "aria-label": label },
    h("table", { testId }, h("thead", null, h("tr", null, columns.map(heading))), body),
  );
  const element = h(
    "div",
    { class: "card table-card", "aria-busy": "true" },
    fresh,
    scroll,
    message,
    paged && pager.element,
  );

  /** @param {Row[]} rows @param {Omit<Page<Row>, "data">} page */
  function show(rows, { total, next_cursor: next }) {
    element.removeAttribute("aria-busy");
    fresh.hidden = true;
    known = reconcile(body, rows, known, { columns, rowAttributes, keyOf });
    nextCursor = next;
    const hasPrevious = place.number > 1;
    const first = (place.number - 1) * (limit ?? 0) + 1;
    pager.update({ total, shown: rows.length, first, hasNext: Boolean(next), hasPrevious });
    scroll.classList.toggle("no-rows", !rows.length);
  }

  /** Tells whether new rows would push the row away that a person reads. */
  const isRead = () => body.matches(":hover") || body.getBoundingClientRect().top < 0;

  /** Offers new rows instead of showing them. Returns whether it did. @param {Row[]} rows */
  function offered(rows) {
    if (!known.size || element.hasAttribute("aria-busy") || !isRead()) return false;
    const count = rows.findIndex((row) => known.has(keyOf(row)));
    if (count < 1) return false;
    fresh.textContent = texts.fresh(count);
    fresh.hidden = false;
    return true;
  }

  /** Shows an error. Removes the rows of another page or filter. @param {unknown} error */
  function complain(error) {
    if (element.hasAttribute("aria-busy")) show([], {});
    message.replaceChildren(notice("bad", messageOf(error)));
  }

  async function refresh() {
    const asked = place;
    try {
      const answer = await ask("GET", path, { query: { limit, cursor: place.cursors.at(-1), ...query?.() } });
      /** @type {Row[]} */
      const rows = complete ? await complete(answer.data) : answer.data;
      if (asked !== place || offered(rows)) return;
      show(rows, answer);
      message.replaceChildren(
        ...(rows.length ? [] : [h("p", { class: "empty" }, answer.next_cursor ? texts.emptyPage : empty)]),
      );
      onData?.(rows);
    } catch (error) {
      if (asked === place) complain(error);
      throw error;
    }
    return refreshEvery ? undefined : false;
  }

  /** @param {Place} wanted */
  function goTo(wanted) {
    place = wanted;
    if (inUrl) {
      const page = wanted.number > 1 ? String(wanted.number) : undefined;
      setQuery({ cursor: wanted.cursors.at(-1) ?? undefined, page }, { cursors: wanted.cursors });
    }
    element.setAttribute("aria-busy", "true");
    if (refreshEvery) polling.now();
    else polling = start();
  }

  /** Turns the page. A second click before the answer would start from the old page. @param {number} step */
  function move(step) {
    if (element.hasAttribute("aria-busy")) return;
    const cursors = step > 0 ? [...place.cursors, nextCursor] : place.cursors.slice(0, -1);
    goTo({ cursors, number: cursors.length > 1 ? place.number + step : 1 });
  }

  const reload = () => goTo({ cursors: [undefined], number: 1 });
  const start = () => poll(refresh, steady(refreshEvery || REFRESH));
  let polling = start();
  const again = () => (refreshEvery ? polling.now() : goTo({ ...place }));
  return { element, reload, refresh: again, stop: () => polling.stop() };
}
