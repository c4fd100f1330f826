/** Asks the API for what a merchant remembers, and leads to what it finds. Opened by a button, "/" or Ctrl+K. */
import { find, h, icon } from "/shared/dom.js";
import { formatAmount, formatCount } from "/shared/format.js";

import { navigate } from "../router.js";
import { request } from "../session.js";
import { texts } from "../texts.js";
import { drawings } from "./drawings.js";
import { stateOf } from "./money.js";
import { badge, messageOf } from "./parts.js";
import { when } from "./when.js";

const PAUSE = 250; // milliseconds after the last key
const t = texts.search;
const PAGES = { payment: "/dashboard/transactions/", order: "/dashboard/orders/", refund: "/dashboard/refunds/" };

/** @param {Api.Found} found */
function result(found) {
  const amount = found.currency ? formatAmount(found.amount, found.currency) : String(found.amount);
  return h(
    "a",
    { href: PAGES[found.type] + found.id, class: "found" },
    h("strong", { class: "figure" }, amount),
    badge(stateOf(found)),
    h("span", { class: "found-label" }, found.label ?? ""),
    h("span", { class: "muted small found-id" }, `${t.types[found.type]} ${found.id}`),
    h("span", { class: "muted small" }, when(found.created_at)),
  );
}

/** Opens the search in a dialog. */
export function openSearch() {
  const input = h("input", {
    class: "search-input",
    id: "search",
    type: "search",
    role: "searchbox",
    "aria-label": t.label,
    placeholder: t.placeholder,
    autocomplete: "off",
    spellcheck: "false",
    onInput: () => {
      clearTimeout(timer);
      timer = setTimeout(look, PAUSE);
    },
  });
  const list = h("div", { class: "found-list" });
  const note = h("p", { class: "muted small search-note", role: "status" }, t.hint);
  /** @type {HTMLDialogElement} */
  const dialog = h(
    "dialog",
    { class: "search-dialog", "aria-label": t.label, onClose: () => dialog.remove() },
    h("form", { role: "search", onSubmit: go }, h("div", { class: "search-head" }, icon(drawings.search), input)),
    list,
    note,
  );
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  let asked = "";

  async function look() {
    const wanted = input.value.trim();
    if (wanted === asked) return;
    asked = wanted;
    if (!wanted) return show([], t.hint);
    try {
      const answer = await request("GET", "/search", { query: { q: wanted } });
      if (wanted !== asked) return;
      const looked = answer.complete ? "" : t.looked(formatCount(answer.looked_at));
      show(answer.data, [answer.data.length ? t.keys : t.nothing(wanted), looked].filter(Boolean).join(" "));
    } catch (error) {
      if (wanted === asked) show([], messageOf(error));
    }
  }

  /** @param {Api.Found[]} found @param {string} text */
  function show(found, text) {
    list.replaceChildren(...found.map(result));
    note.textContent = text;
  }

  /** @param {Event} event */
  async function go(event) {
    event.preventDefault();
    clearTimeout(timer);
    await look();
    const first = list.querySelector("a");
    if (first) open(first);
  }

  /** @param {HTMLAnchorElement} link */
  function open(link) {
    dialog.close();
    navigate(link.getAttribute("href") ?? "/dashboard");
  }

  dialog.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    if (event.target === dialog || link) dialog.close();
  });
  dialog.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    event.preventDefault();
    const links = [...list.querySelectorAll("a")];
    const place =
      links.indexOf(/** @type {HTMLAnchorElement} */ (document.activeElement)) + (event.key === "ArrowDown" ? 1 : -1);
    (links[place] ?? input).focus();
  });
  find(document, "#main").append(dialog);
  dialog.showModal();
  input.focus();
}
