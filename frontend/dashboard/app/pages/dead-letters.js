/** Shows the jobs that failed for good, and sends them back. */
import { h } from "/shared/dom.js";
import { formatDateTime } from "/shared/format.js";
import { request } from "../session.js";
import { texts } from "../texts.js";
import { ask } from "../ui/dialog.js";
import { button, heading, toast } from "../ui/parts.js";
import { liveTable } from "../ui/table.js";

const t = texts.deadLetters;
/**
 * Maps a queue to the page of its jobs' objects. A refund shows on its payment's page, but its job names no payment.
 * @type {Partial<Record<Api.DeadLetter["queue"], string>>}
 */
const PAGES = { payments: "/dashboard/transactions/", deliveries: "/dashboard/webhooks/" };

/** @type {Column<Api.DeadLetter>[]} */
const columns = [
  { title: texts.columns.queue, cell: (letter) => letter.queue },
  {
    title: texts.columns.object,
    kind: "mono",
    cell: (letter) =>
      PAGES[letter.queue]
        ? h("a", { href: PAGES[letter.queue] + letter.object_id }, letter.object_id)
        : letter.object_id,
  },
  { title: texts.columns.received, kind: "number", cell: (letter) => String(letter.received) },
  { title: texts.columns.sent, kind: "wide", cell: (letter) => formatDateTime(letter.sent_at) },
];

/** @param {Api.DeadLetter["queue"]} queue @param {() => void} onDone */
function redrive(queue, onDone) {
  ask({
    title: t.redriveTitle(queue),
    text: t.redriveText,
    confirm: t.redrive(queue),
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
    limit: null,
    paged: false,
    onData(letters) {
      const queues = [...new Set(letters.map((letter) => letter.queue))];
      if (queues.join() === offered) return;
      offered = queues.join();
      actions.replaceChildren(
        ...queues.map((queue) => button(t.redrive(queue), () => redrive(queue, () => table.refresh()))),
      );
    },
  });
  root.append(h("div", { class: "page" }, heading(t.title, t.text, actions), table.element));
  return table.stop;
}
