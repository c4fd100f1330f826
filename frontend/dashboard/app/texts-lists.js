/** Holds the words of lists: pages, filters, saved views, selection, export. */
export const listTexts = {
  previous: "Previous",
  next: "Next",
  /** @param {string} count */
  shown: (count) => `${count} shown`,
  emptyPage: "No match on this page. Older ones may match: press Next.",
  /** @param {string} first @param {string} last @param {string} total */
  ofTotal: (first, last, total) => `${first}–${last} of ${total}`,
  /** @param {number} count */
  fresh: (count) => (count === 1 ? "1 new: show" : `${count} new: show`),
  filters: "Filters",
  saveView: "Save view",
  saveViewText: "Keeps the filters under a name, in this browser.",
  viewName: "Name",
  save: "Save",
  views: "Saved views",
  /** @param {string} name */
  dropView: (name) => `Remove the view ${name}`,
  select: "Select",
  /** @param {string} what */
  selectRow: (what) => `Select ${what}`,
  /** @param {string} count */
  selected: (count) => `${count} selected`,
  clear: "Clear",
  csv: "Export CSV",
  /** @param {number} count */
  exportCut: (count) => `The file has the newest ${count} rows. Narrow the dates for the rest.`,
  /** @param {string} name */
  zone: (name) => `Days in ${name.replaceAll("_", " ")}`,
};
