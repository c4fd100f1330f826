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

/** Keeps the rows that have not changed, so that focus and selection survive a refresh. */
function reconcile(body, rows, known, options) {
  const focused = body.contains(document.activeElement) ? document.activeElement : null;
  const place = focused && [focused.closest("tr").dataset.key, [...focused.closest("tr").querySelectorAll("a, button")].indexOf(focused)];
  const elements = rows.map((row) => {
    const text = JSON.stringify(row);
    const key = options.keyOf(row);
    if (known.get(key)?.text !== text) known.set(key, { text, element: renderRow(row, options) });
    const { element } = known.get(key);
    element.dataset.key = key;
    return element;
  });
  if (elements.length !== body.children.length || elements.some((element, index) => body.children[index] !== element)) {
    body.replaceChildren(...elements);
  }
  if (place && !focused.isConnected) {
    elements.find((element) => element.dataset.key === place[0])?.querySelectorAll("a, button")[place[1]]?.focus();
  }
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
 * columns: [{title, cell(row), testId?, kind?: "number" | "wide"}]; `query()` gives the filters. stop() ends the polling;
 * reload() starts over at the first page.
 */
export function liveTable({ path, label, columns, query = () => ({}), keyOf = (row) => row.id, empty, testId, rowAttributes, limit = LIMIT, paged = true, onData }) {
  const known = new Map();
  let cursors = [undefined];
  const body = h("tbody", null, skeleton(columns));
  const message = h("div", { class: "table-message" });
  const pager = createPager(move);
  const element = h("div", { class: "card table-card", "aria-busy": "true" }, message,
    h("div", { class: "table-scroll", tabindex: "0", role: "region", "aria-label": label },
      h("table", { testId }, h("thead", null, h("tr", null, columns.map(heading))), body)),
    paged && pager.element);

  function show({ data, total, next_cursor: next }) {
    element.removeAttribute("aria-busy");
    reconcile(body, data, known, { columns, rowAttributes, keyOf });
    message.replaceChildren(...(data.length ? [] : [h("p", { class: "empty" }, empty)]));
    pager.update({ total, shown: data.length, hasNext: Boolean(next), hasPrevious: cursors.length > 1 });
    element.nextCursor = next;
    onData?.(data);
  }

  async function refresh() {
    const asked = cursors;
    try {
      const answer = await request("GET", path, { query: { limit, cursor: cursors.at(-1), ...query() } });
      if (asked === cursors) show(answer);
    } catch (error) {
      if (element.getAttribute("aria-busy")) body.replaceChildren();
      message.replaceChildren(notice("bad", messageOf(error)));
      throw error;
    }
  }

  function move(step) {
    cursors = step > 0 ? [...cursors, element.nextCursor] : cursors.slice(0, -1);
    polling.now();
  }

  function reload() {
    cursors = [undefined];
    polling.now();
  }

  const polling = poll(refresh, steady(REFRESH));
  return { element, reload, refresh: polling.now, stop: polling.stop };
}
