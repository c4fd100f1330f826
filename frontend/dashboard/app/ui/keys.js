/** Keys that work on every page: search, and the rows of a list. */

/** Tells whether a key is for a field or a dialog. @param {Event} event */
const isBusy = ({ target }) =>
  Boolean(document.querySelector("dialog[open]")) ||
  (target instanceof HTMLElement &&
    Boolean(target.closest("input:not([type=checkbox]), select, textarea, [contenteditable]")));

/** Moves the focus to the next or previous row's first link. @param {number} step */
function moveRow(step) {
  const rows = [...document.querySelectorAll("main tbody tr")].filter((row) => row.querySelector("a"));
  const place = rows.findIndex((row) => row.contains(document.activeElement));
  const row = rows[place < 0 ? (step > 0 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, place + step))];
  row?.querySelector("a")?.focus();
  row?.scrollIntoView({ block: "nearest" });
}

/** Chooses the row that has the focus, in a list whose rows can be chosen. */
function pickRow() {
  const box = document.activeElement?.closest("tr")?.querySelector("input[type=checkbox]");
  if (box instanceof HTMLInputElement) box.click();
}

/** @param {() => void} search Opens the search. */
export function startKeys(search) {
  document.addEventListener("keydown", (event) => {
    const command = event.key.toLowerCase() === "k" && (event.metaKey || event.ctrlKey);
    if (command || (event.key === "/" && !isBusy(event))) {
      event.preventDefault();
      if (!document.querySelector("dialog[open]")) search();
    } else if (!isBusy(event) && !event.metaKey && !event.ctrlKey && !event.altKey) {
      if (event.key === "j") moveRow(1);
      if (event.key === "k") moveRow(-1);
      if (event.key === "x") pickRow();
    }
  });
}
