/** Shows one event with its data, and sends it again. */
import { h } from "/shared/dom.js";
import { isMissing } from "/shared/http.js";
import { request } from "../session.js";
import { texts } from "../texts.js";
import { ask } from "../ui/dialog.js";
import { button, codeBlock, copyable, facts, field, heading, messageOf, notice, toast } from "../ui/parts.js";
import { objectLink, pretty } from "../ui/values.js";
import { exactTime, when } from "../ui/when.js";

const t = texts.events;

/** @param {Api.StoredEvent} event */
async function resend(event) {
  const { data: endpoints } = await request("GET", "/webhook-endpoints");
  const endpoint = h(
    "select",
    { class: "input", id: "resend-endpoint" },
    h("option", { value: "" }, t.everyEndpoint),
    endpoints.map((each) => h("option", { value: each.id }, each.url ?? each.id)),
  );
  ask({
    title: t.resendTitle(event.type),
    text: t.resendText,
    confirm: t.resend,
    fields: [field(texts.webhooks.endpoint, endpoint)],
    async onConfirm() {
      const body = endpoint.value ? { endpoint_id: endpoint.value } : {};
      const { deliveries } = await request("POST", `/events/${event.id}/resend`, { body });
      toast(t.resent(deliveries.length));
    },
  });
}

/** @type {Mount} */
export function mount(root, { params }) {
  const head = h("div", null, heading(t.one, params.id));
  const body = h("div", { class: "columns even" }, h("span", { class: "card skeleton tall" }));

  /** @param {Api.StoredEvent} event */
  function show(event) {
    const again = button(t.resend, () => resend(event).catch((error) => toast(messageOf(error))));
    head.replaceChildren(heading(event.type, when(event.created_at), again));
    body.replaceChildren(
      h(
        "section",
        { class: "card pad" },
        h("h2", null, texts.payment.details),
        facts([
          [t.meaning, texts.webhooks.meanings[event.type]],
          [texts.columns.object, objectLink(event.object_id)],
          [t.sequence, String(event.sequence)],
          [texts.columns.created, exactTime(event.created_at)],
          [t.id, copyable(event.id)],
        ]),
        h("a", { href: `/dashboard/webhooks?object=${event.object_id}` }, t.deliveries),
      ),
      h("section", { class: "card pad" }, h("h2", null, t.data), codeBlock(pretty(event.data), t.data)),
    );
  }

  root.append(
    h("div", { class: "page" }, h("a", { class: "back", href: "/dashboard/events" }, `← ${t.back}`), head, body),
  );
  request("GET", `/events/${encodeURIComponent(params.id ?? "")}`)
    .then(show)
    .catch((error) => body.replaceChildren(notice("bad", isMissing(error) ? t.missing : messageOf(error))));
  return undefined;
}
