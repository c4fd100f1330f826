/**
 * Keeps a merchant's filters under names. A view is an address of the list; this browser keeps it, because the API has
 * no place for it. Nothing of a payment is kept but what the person has typed into the filters.
 */
import { h, icon } from "/shared/dom.js";
import { icons } from "/shared/icons.js";
import { currentSession } from "../session.js";
import { texts } from "../texts.js";
import { ask } from "./dialog.js";
import { field } from "./parts.js";

/** @typedef {Record<string, string>} Views The queries by name. */

const LONGEST = 40;

/** @returns {string} */
const slot = () => `views:${currentSession()?.merchant.id}:${location.pathname}`;

/** @returns {Views} */
function stored() {
  try {
    return JSON.parse(localStorage.getItem(slot()) ?? "{}") ?? {};
  } catch {
    return {}; // this browser keeps nothing for pages, or something else is in the place
  }
}

/** @param {Views} views */
function store(views) {
  try {
    localStorage.setItem(slot(), JSON.stringify(views));
  } catch {
    /* the view lasts as long as the page */
  }
}

/**
 * Builds the list of views and the button that adds one. query returns the filters in use.
 * @param {() => Record<string, string | undefined>} query
 */
export function savedViews(query) {
  let views = stored();
  const list = h("ul", { class: "views", "aria-label": texts.views });
  const add = h("button", { type: "button", class: "button quiet compact", onClick: askName }, texts.saveView);

  /** @param {Views} next */
  function change(next) {
    views = next;
    store(views);
    draw();
  }

  /** @param {[string, string]} view */
  function item([name, text]) {
    const drop = h(
      "button",
      {
        type: "button",
        class: "button quiet compact",
        "aria-label": texts.dropView(name),
        onClick: () => change(Object.fromEntries(Object.entries(views).filter(([other]) => other !== name))),
      },
      icon(icons.cross),
    );
    return h("li", null, h("a", { href: `${location.pathname}?${text}` }, name), drop);
  }

  function draw() {
    list.replaceChildren(...Object.entries(views).map(item));
    list.hidden = !list.children.length;
  }

  function askName() {
    const name = h("input", {
      class: "input",
      id: "view-name",
      required: true,
      maxlength: LONGEST,
      autocomplete: "off",
    });
    ask({
      title: texts.saveView,
      text: texts.saveViewText,
      fields: [field(texts.viewName, name)],
      confirm: texts.save,
      onConfirm() {
        const used = Object.entries(query()).filter(([, value]) => value);
        const text = new URLSearchParams(/** @type {[string, string][]} */ (used)).toString();
        change({ ...views, [name.value.trim()]: text });
      },
    });
  }

  draw();
  return { list, add };
}
