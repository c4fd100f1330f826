/** A list of the API as a table that keeps itself current: skeleton, rows, empty, error, and pages by cursor. */
import { h } from "/shared/dom.js";
import { formatCount } from "/shared/format.js";
import { poll, steady } from "/shared/poll.js";
import { request } from "../session.js";
import { texts } from "../texts.js";
import { button, messageOf, notice } from "./parts.js";

const REFRESH = 2_000; // milliseconds: what happens shows within three seconds
const LIMIT = 20;
const SKELETONS = 6;

function renderRow(row, { columns, rowAttributes }) {
  return h("tr", rowAttributes?.(row), columns.map(({ cell, testId, kind }) => h("td", { class: kind, testId }, cell(row))));
}

/** Keeps the rows that have not changed, so that focus and selection survive a refresh. Returns what is known then. */
function reconcile(body, rows, known, options) {
  const kept = new Map();
  const focused = body.contains(document.activeElement) ? document.activeElement : null;
  const place = focused && [focused.closest("tr").dataset.key, [...focused.closest("tr").querySelectorAll("a, button")].indexOf(focused)];
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
  if (place && !focused.isConnected) {
    elements.find((element) => element.dataset.key === place[0])?.querySelectorAll("a, button")[place[1]]?.focus();
  }
  return kept;
}

/** Of a column's kinds only those about place are the heading's too. */
function heading({ title, kind = "" }) {
  return h("th", { class: ["number", "wide"].filter((name) => kind.includes(name)).join(" "), scope: "col" }, title);
}

function skeleton(columns) {
  return Array.from({ length: SKELETONS }, () => h("tr", null, columns.map(({ kind }) => h("td", { class: kind }, h("span", { class: "skeleton line" })))));
}

function createPager(onMove) {
  const previous = button(texts.previous, () => onMove(-1), { kind: "compact" });
  const next = button(texts.next, () => onMove(1), { kind: "compact" });
  const count = h("span", { class: "muted small" });
  return {
    element: h("div", { class: "pager" }, count, previous, next),
    update({ total, shown, hasNext, hasPrevious }) {
      count.textContent = Number.isInteger(total) ? texts.ofTotal(formatCount(shown), formatCount(total)) : texts.shown(formatCount(shown));
      previous.disabled = !hasPrevious;
      next.disabled = !hasNext;
    },
  };
}

/**
 * columns: [{title, cell(row), testId?, kind?: "number" | "wide"}]; `query()` gives the filters; `complete(rows)` adds what the
 * API says elsewhere. stop() ends the polling; reload() starts over at the first page.
 */
export function liveTable({ path, label, columns, query = () => ({}), complete = (rows) => rows, keyOf = (row) => row.id, empty, testId, rowAttributes, limit = LIMIT, paged = true, onData }) {
  let known = new Map();
  let nextCursor;
  let cursors = [undefined];
  const body = h("tbody", null, skeleton(columns));
  const message = h("div", { class: "table-message" });
  const pager = createPager(move);
  const element = h("div", { class: "card table-card", "aria-busy": "true" }, message,
    h("div", { class: "table-scroll", tabindex: "0", role: "region", "aria-label": label },
      h("table", { testId }, h("thead", null, h("tr", null, columns.map(heading))), body)),
    paged && pager.element);

  function show(rows, { total, next_cursor: next }) {
    element.removeAttribute("aria-busy");
    known = reconcile(body, rows, known, { columns, rowAttributes, keyOf });
    nextCursor = next;
    pager.update({ total, shown: rows.length, hasNext: Boolean(next), hasPrevious: cursors.length > 1 });
  }

  /** Rows of another page or filter do not stay beside it. */
  function complain(error) {
    if (element.hasAttribute("aria-busy")) show([], {});
    message.replaceChildren(notice("bad", messageOf(error)));
  }

  async function refresh() {
    const asked = cursors;
    try {
      const answer = await request("GET", path, { query: { limit, cursor: cursors.at(-1), ...query() } });
      const rows = await complete(answer.data);
      if (asked !== cursors) return;
      show(rows, answer);
      message.replaceChildren(...(rows.length ? [] : [h("p", { class: "empty" }, answer.next_cursor ? texts.emptyPage : empty)]));
      onData?.(rows);
    } catch (error) {
      if (asked === cursors) complain(error);
      throw error;
    }
  }

  function goTo(wanted) {
    cursors = wanted;
    element.setAttribute("aria-busy", "true");
    polling.now();
  }

  /** A second click before the answer would go on from the page before. */
  function move(step) {
    if (element.hasAttribute("aria-busy")) return;
    goTo(step > 0 ? [...cursors, nextCursor] : cursors.slice(0, -1));
  }

  const reload = () => goTo([undefined]);

  const polling = poll(refresh, steady(REFRESH));
  return { element, reload, refresh: polling.now, stop: polling.stop };
}
