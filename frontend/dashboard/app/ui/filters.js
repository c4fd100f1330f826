/** Filters of a list. The address keeps them. On a phone they are behind a button. */
import { h } from "/shared/dom.js";
import { currentQuery, setQuery } from "../router.js";
import { texts } from "../texts.js";
import { field } from "./parts.js";
import { savedViews } from "./views.js";
import { instantOf, zoneName } from "./when.js";

/**
 * A filter: a choice, or a text without options, or "date".
 * @typedef {{ name: string, label: string, options?: Record<string, string>, type?: "date" | "search" }} Filter
 */

/** @param {Filter} filter @param {string} value */
function control({ name, options, type }, value) {
  if (!options) return h("input", { class: "input", id: `filter-${name}`, name, type, value, autocomplete: "off" });
  const choices = Object.entries(options).map(([each, label]) => h("option", { value: each }, label));
  return h(
    "select",
    { class: "input", id: `filter-${name}`, name, value },
    h("option", { value: "" }, texts.all),
    choices,
  );
}

/**
 * Turns the chosen days into the API's instants: whole days of the zone that the page names.
 * @param {Record<string, string | undefined>} chosen
 */
export const withInstants = ({ from, to, ...rest }) => ({
  ...rest,
  from: instantOf(from, "from"),
  to: instantOf(to, "to"),
});

/**
 * @param {{ filters: Filter[], onChange: () => void }} options
 */
export function filterBar({ filters, onChange }) {
  const names = filters.map(({ name }) => name);
  const inputs = filters.map((filter) => control(filter, currentQuery()[filter.name] ?? ""));
  const count = h("span", { class: "count" });
  const views = savedViews(applied);
  const clear = h("button", { type: "button", class: "button quiet compact", onClick: reset }, texts.clear);

  function applied() {
    const query = currentQuery();
    return Object.fromEntries(names.map((name) => [name, query[name]]));
  }

  function tell() {
    const used = Object.values(applied()).filter(Boolean).length;
    count.textContent = used ? String(used) : "";
    clear.hidden = views.add.hidden = !used;
  }

  function apply() {
    setQuery(Object.fromEntries(inputs.map((input) => [input.name, input.value.trim() || undefined])));
    tell();
    onChange();
  }

  function reset() {
    for (const input of inputs) input.value = "";
    apply();
  }

  const form = h(
    "form",
    {
      class: "filters",
      onChange: apply,
      onSubmit: (event) => event.preventDefault(), // a change has applied it
    },
    filters.map(({ label }, index) => field(label, /** @type {HTMLElement} */ (inputs[index]))),
    filters.some(({ type }) => type === "date") && h("p", { class: "muted small zone" }, texts.zone(zoneName())),
    clear,
    views.add,
  );
  /** Offers other choices in a select. @param {string} name @param {Record<string, string>} options */
  function offer(name, options) {
    const input = inputs[names.indexOf(name)];
    if (!input) return;
    const choices = Object.entries(options).map(([value, label]) => h("option", { value }, label));
    input.replaceChildren(h("option", { value: "" }, texts.all), ...choices);
    input.value = currentQuery()[name] ?? "";
  }

  tell();
  const element = h(
    "details",
    { class: "filter-sheet", open: !window.matchMedia("(max-width: 760px)").matches },
    h("summary", { class: "button compact" }, texts.filters, count),
    form,
    views.list,
  );
  return { element, applied, options: offer };
}
