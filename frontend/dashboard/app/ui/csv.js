/** Writes lists as CSV files. */

/**
 * Adds an apostrophe to a cell that a spreadsheet reads as a formula, which could run a payer's text as code.
 * @param {string} text
 */
const guard = (text) => (/^[=+\-@\t\r]/.test(text) ? `'${text}` : text);

/** @param {unknown} value */
function quote(value) {
  if (typeof value === "number") return String(value);
  const text = guard(String(value ?? ""));
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** @template {object} Row @param {(keyof Row & string)[]} names @param {Row[]} rows */
export function toCsv(names, rows) {
  return [names, ...rows.map((row) => names.map((name) => row[name]))]
    .map((cells) => cells.map(quote).join(","))
    .join("\r\n");
}

const BYTE_ORDER_MARK = "\uFEFF"; // with this mark spreadsheets read the file as UTF-8

/** @param {string} name @param {string} text */
export function download(name, text) {
  const url = URL.createObjectURL(new Blob([BYTE_ORDER_MARK, text], { type: "text/csv;charset=utf-8" }));
  const link = Object.assign(document.createElement("a"), { href: url, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
