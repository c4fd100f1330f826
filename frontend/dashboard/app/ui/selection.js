/** Chooses rows of a list, over its pages, for an action on all of them at once. */
import { h } from "/shared/dom.js";
import { formatCount } from "/shared/format.js";
import { texts } from "../texts.js";
import { button, during } from "./parts.js";

/**
 * Returns the column of checkboxes, and the bar with the action, which shows while rows are chosen. nameOf: what a
 * screen reader calls the row. act gets the chosen rows; they are chosen no longer once it is done.
 * @template {{ id: string }} Row
 * @param {{ nameOf: (row: Row) => string, label: string, act: (rows: Row[]) => Promise<unknown> }} options
 */
export function selection({ nameOf, label, act }) {
  /** @type {Map<string, Row>} */
  const chosen = new Map();
  const count = h("strong", { role: "status" });
  const go = button(label, () => during(go, run), { kind: "compact" });
  const clear = button(texts.clear, empty, { kind: "quiet compact" });
  const bar = h("div", { class: "selection", hidden: true }, count, go, clear);

  function tell() {
    count.textContent = texts.selected(formatCount(chosen.size));
    bar.hidden = !chosen.size;
  }

  function empty() {
    for (const id of chosen.keys()) {
      const box = document.getElementById(`pick-${id}`);
      if (box instanceof HTMLInputElement) box.checked = false;
    }
    chosen.clear();
    tell();
  }

  async function run() {
    await act([...chosen.values()]);
    empty();
  }

  /** @param {Row} row */
  function checkbox(row) {
    if (chosen.has(row.id)) chosen.set(row.id, row); // drawn again, because it has changed
    return h("input", {
      type: "checkbox",
      id: `pick-${row.id}`,
      "aria-label": texts.selectRow(nameOf(row)),
      checked: chosen.has(row.id),
      onChange: ({ target }) => {
        if (target instanceof HTMLInputElement && target.checked) chosen.set(row.id, row);
        else chosen.delete(row.id);
        tell();
      },
    });
  }

  /** @type {Column<Row>} */
  const column = { title: texts.select, kind: "pick", cell: checkbox };
  return { column, bar };
}
