/** Lists, adds and deletes the faults of the merchant's own requests. */
import { h } from "/shared/dom.js";
import { poll, steady } from "/shared/poll.js";
import { ask } from "../ui/dialog.js";
import { button, field, messageOf, notice, toast } from "../ui/parts.js";
import { fixedTable } from "../ui/rows.js";
import { sandbox } from "./api.js";
import { texts } from "./texts.js";

const REFRESH = 5_000;
const t = texts.faults;

/** @type {Column<Sandbox.Fault>[]} */
const columns = [
  { title: t.match, kind: "top mono", cell: (fault) => fault.match },
  {
    title: t.effect,
    kind: "top push",
    cell: (fault) => t.effects[fault.effect] + (fault.effect === "hang" ? ` (${fault.seconds} s)` : ""),
  },
  { title: t.when, cell: (fault) => t.shortMoments[fault.when] },
  { title: t.timesLeft, kind: "number", cell: (fault) => `${fault.times} ×` },
];

/** @param {string} id @param {Record<string, string>} options */
const choice = (id, options) =>
  h(
    "select",
    { class: "input", id },
    Object.entries(options).map(([value, label]) => h("option", { value }, label)),
  );

/** @param {string} id @param {number} value @param {number} max */
const number = (id, value, max) =>
  h("input", { class: "input", id, type: "number", min: 1, max, value, required: true });

/** @param {() => void} onDone */
function add(onDone) {
  const match = h("input", { class: "input", id: "fault-match", value: "*", required: true, autocomplete: "off" });
  const effect = choice("fault-effect", t.effects);
  const when = choice("fault-when", t.moments);
  const times = number("fault-times", 1, 10_000);
  const seconds = number("fault-seconds", 10, 28);
  const late = field(t.seconds, seconds);
  late.hidden = true;
  effect.addEventListener("change", () => {
    late.hidden = effect.value !== "hang";
  });
  ask({
    title: t.add,
    confirm: t.add,
    fields: [
      field(t.match, match, t.matchHint),
      field(t.effect, effect),
      late,
      field(t.when, when),
      field(t.times, times),
    ],
    async onConfirm() {
      await sandbox("POST", "/faults", {
        match: match.value.trim(),
        effect: effect.value,
        when: when.value,
        times: Number(times.value),
        seconds: Number(seconds.value),
      });
      toast(t.added);
      onDone();
    },
  });
}

/** @param {() => void} onDone */
function clear(onDone) {
  ask({
    title: t.clearTitle,
    text: t.clearText,
    confirm: t.clear,
    danger: true,
    async onConfirm() {
      await sandbox("DELETE", "/faults");
      toast(t.cleared);
      onDone();
    },
  });
}

/** @returns {{ element: HTMLElement, stop: () => void }} */
export function faultsSection() {
  const list = h("div", null, h("span", { class: "card skeleton line" }));
  const remove = button(t.clear, () => clear(refresh), { kind: "compact danger", hidden: true });
  const more = button(t.add, () => add(refresh), { kind: "compact" });
  let shown = "";

  /** @param {Sandbox.Fault[]} rows */
  function show(rows) {
    const text = JSON.stringify(rows);
    if (text === shown) return;
    shown = text;
    remove.hidden = !rows.length;
    list.replaceChildren(fixedTable({ label: t.title, columns, rows, empty: t.empty, testId: "faults-table" }));
  }

  const polling = poll(async () => {
    try {
      show((await sandbox("GET", "/faults")).data);
    } catch (error) {
      shown = "";
      list.replaceChildren(notice("bad", messageOf(error)));
      throw error;
    }
  }, steady(REFRESH));
  const refresh = () => polling.now();
  const element = h(
    "section",
    { class: "stack", testId: "sandbox-faults" },
    h("div", { class: "section-head" }, h("h2", null, t.title), h("div", { class: "actions" }, remove, more)),
    h("p", { class: "muted" }, t.text),
    list,
  );
  return { element, stop: polling.stop };
}
