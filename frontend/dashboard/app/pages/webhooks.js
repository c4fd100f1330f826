/** Shows the webhooks: the primary endpoint's settings, all endpoints as a table, and the log of deliveries. */
import { h } from "/shared/dom.js";
import { icons } from "/shared/icons.js";
import { texts } from "../texts.js";
import { deliveryLog } from "../ui/delivery-log.js";
import { editEndpoint } from "../ui/endpoint-forms.js";
import { endpointTable } from "../ui/endpoints.js";
import { button, heading } from "../ui/parts.js";
import { primaryEndpoint } from "../ui/primary.js";

const t = texts.webhooks;

/** @type {Mount} */
export function mount(root) {
  /** @type {Api.Endpoint[]} */
  let endpoints = [];
  const log = deliveryLog({ endpoints: () => endpoints, inUrl: true });
  const refresh = () => {
    for (const part of [primary, table, log]) part.refresh();
  };
  const primary = primaryEndpoint(refresh);
  const table = endpointTable((rows) => {
    endpoints = rows;
    log.named(rows);
  });
  const add = button(t.add, () => editEndpoint(null, refresh), { drawing: icons.plus, kind: "primary" });
  root.append(
    h(
      "div",
      { class: "page" },
      heading(t.title, t.text, h("a", { class: "button", href: "/dashboard/signatures" }, texts.signatures.short), add),
      h("div", { class: "section-head" }, h("h2", null, t.endpoints)),
      table.element,
      h("div", { class: "section-head" }, h("h2", null, t.log)),
      log.element,
      primary.element,
    ),
  );
  return () => {
    for (const part of [primary, table, log]) part.stop();
  };
}
