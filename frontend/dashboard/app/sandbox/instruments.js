/** Lists the test instruments with the script of each, and copies one with a click. */
import { h } from "/shared/dom.js";
import { poll, steady } from "/shared/poll.js";
import { copyable, messageOf, notice } from "../ui/parts.js";
import { fixedTable } from "../ui/rows.js";
import { sandbox } from "./api.js";
import { texts } from "./texts.js";

const AGAIN = 3_000;
const t = texts.instruments;
/** @typedef {keyof typeof t.kinds} Kind */

/** @type {Column<Sandbox.Instrument>[]} */
const columns = [
  { title: t.value, kind: "top", cell: ({ value }) => copyable(String(value)) },
  { title: t.script, cell: ({ script }) => h("code", null, script) },
];

/** @param {Kind} kind @param {{ value: string | number, script: string }[]} instruments */
function fold(kind, instruments) {
  const rows = instruments.map((each) => ({ ...each, id: String(each.value) }));
  return h(
    "details",
    { class: "fold" },
    h("summary", null, t.kinds[kind], h("span", { class: "muted small" }, String(rows.length))),
    h("div", null, fixedTable({ label: t.kinds[kind], columns, rows, empty: t.empty })),
  );
}

/** @returns {{ element: HTMLElement, stop: () => void }} */
export function instrumentsSection() {
  const list = h("div", { class: "stack" }, h("span", { class: "skeleton line" }));
  const polling = poll(async () => {
    try {
      const known = await sandbox("GET", "/instruments");
      const kinds = /** @type {Kind[]} */ (Object.keys(t.kinds));
      list.replaceChildren(...kinds.map((kind) => fold(kind, known[kind])));
      return false;
    } catch (error) {
      list.replaceChildren(notice("bad", messageOf(error)));
      throw error;
    }
  }, steady(AGAIN));
  const element = h(
    "section",
    { class: "card pad", testId: "sandbox-instruments" },
    h("h2", null, t.title),
    h("p", { class: "muted" }, t.text),
    list,
  );
  return { element, stop: polling.stop };
}
