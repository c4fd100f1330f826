/** Shows the jobs that failed for good, and sends them back. */
import { h } from "/shared/dom.js";
import { request } from "../session.js";
import { texts } from "../texts.js";
import { ask } from "../ui/dialog.js";
import { button, heading, toast } from "../ui/parts.js";
import { liveTable } from "../ui/table.js";
import { when } from "../ui/when.js";

const t = texts.deadLetters;
/**
 * Maps a queue to the page of its jobs' objects.
 * @type {Partial<Record<Api.DeadLetter["queue"], string>>}
 */
const PAGES = {
  payments: "/dashboard/transactions/",
  refunds: "/dashboard/refunds/",
  deliveries: "/dashboard/webhooks/",
  settlements: "/dashboard/settlements/",
};

/** @type {Column<Api.DeadLetter>[]} */
const columns = [
  { title: t.job, kind: "top", cell: (letter) => t.jobs[letter.queue] },
  {
    title: texts.columns.object,
    kind: "mono",
    cell: (letter) =>
      PAGES[letter.queue]
        ? h("a", { href: PAGES[letter.queue] + letter.object_id }, letter.object_id)
        : letter.object_id,
  },
  { title: t.since, kind: "last", cell: (letter) => when(letter.sent_at) },
];

/** @param {Api.DeadLetter["queue"]} queue @param {() => void} onDone */
function redrive(queue, onDone) {
  ask({
    title: t.redriveTitle(t.jobs[queue]),
    text: t.redriveText,
    confirm: t.redrive(t.jobs[queue]),
    async onConfirm() {
      const { redriven } = await request("POST", "/dead-letters/redrive", { body: { queue } });
      toast(t.redriven(redriven));
      onDone();
    },
  });
}

/** @type {Mount} */
export function mount(root) {
  const actions = h("div", { class: "actions" });
  let offered = "";
  const table = liveTable({
    path: "/dead-letters",
    label: t.title,
    columns,
    empty: t.empty,
    testId: "dead-letters-table",
    refreshEvery: 5_000,
    limit: null,
    paged: false,
    onData(letters) {
      const queues = [...new Set(letters.map((letter) => letter.queue))];
      if (queues.join() === offered) return;
      offered = queues.join();
      actions.replaceChildren(
        ...queues.map((queue) => button(t.redrive(t.jobs[queue]), () => redrive(queue, () => table.refresh()))),
      );
    },
  });
  root.append(h("div", { class: "page" }, heading(t.title, t.text, actions), table.element));
  return table.stop;
}
