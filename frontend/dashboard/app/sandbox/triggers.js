/** Causes any event, with the objects that it needs. */
import { h } from "/shared/dom.js";
import { texts as common } from "../texts.js";
import { button, during, facts, field, toast } from "../ui/parts.js";
import { objectLink } from "../ui/values.js";
import { sandbox } from "./api.js";
import { texts } from "./texts.js";

const t = texts.trigger;

/** @param {Record<string, string>} made */
function result({ event: _, ...made }) {
  const ids = Object.entries(made).map(
    ([name, id]) => /** @type {[string, Child]} */ ([name.replace("_id", ""), objectLink(id)]),
  );
  return [h("h3", null, t.made), ids.length ? facts(ids) : h("p", { class: "muted" }, t.none)];
}

export function triggerCard() {
  const events = [...common.webhooks.allEvents, t.test].map((event) => h("option", { value: event }, event));
  const event = h("select", { class: "input", id: "trigger-event" }, events);
  const made = h("div", { class: "stack", role: "status" });
  const send = button(
    t.send,
    () =>
      during(send, async () => {
        const answer = await sandbox("POST", "/trigger", { event: event.value });
        toast(t.done(event.value));
        made.replaceChildren(.../** @type {Node[]} */ (result(answer)));
      }),
    { kind: "primary" },
  );
  return h(
    "section",
    { class: "card pad", testId: "sandbox-trigger" },
    h("h2", null, t.title),
    h("p", { class: "muted" }, t.text),
    h("div", { class: "with-button" }, send, field(t.event, event)),
    made,
  );
}
