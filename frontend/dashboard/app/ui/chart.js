/** Draws days as SVG bars with a scale. A caption tells the day under the pointer; a table holds the same numbers. */
import { h, svg } from "/shared/dom.js";
import { formatAmount, formatDay } from "/shared/format.js";
import { texts } from "../texts.js";
import { headline } from "./money.js";

const HEIGHT = 100; // in the drawing's own units; a day is ten wide, and the style sheet stretches both
const STEP = 10;
const t = texts.home;

/** Returns the next "round" number at or above the value: 1, 2 or 5 times a power of ten. @param {number} value */
export function roundUp(value) {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map((step) => step * power).find((candidate) => candidate >= value) ?? value;
}

/** @param {Api.DayFigures} day @param {string} currency */
const told = (day, currency) =>
  t.barTitle(
    formatDay(day.date),
    formatAmount(day.total_amount, currency),
    formatAmount(day.refunded_amount, currency),
  );

/** @param {Api.DayFigures} day @param {number} index @param {number} top */
function bar(day, index, top) {
  const height = day.total_amount ? Math.max((day.total_amount / top) * HEIGHT, 1.5) : 0.7;
  const kind = day.total_amount ? "bar" : "bar none";
  return svg("rect", { class: kind, x: index * STEP + 1.5, y: HEIGHT - height, width: STEP - 3, height });
}

/** @param {Api.DayFigures[]} series @param {string} currency */
function numbers(series, currency) {
  const row = (/** @type {Api.DayFigures} */ day) =>
    h(
      "tr",
      null,
      h("th", { scope: "row" }, formatDay(day.date)),
      h("td", { class: "number" }, formatAmount(day.total_amount, currency)),
      h("td", { class: "number" }, formatAmount(day.refunded_amount, currency)),
    );
  const names = [t.day, t.gross, t.refunded].map((name, index) =>
    h("th", { scope: "col", class: index ? "number" : "" }, name),
  );
  return h(
    "details",
    { class: "numbers" },
    h("summary", null, t.asTable),
    h(
      "div",
      { class: "table-scroll", tabindex: "0", role: "group", "aria-label": t.asTable },
      h("table", null, h("thead", null, h("tr", null, names)), h("tbody", null, series.map(row))),
    ),
  );
}

/** @param {Api.DayFigures[]} series @param {string} currency */
export function chart(series, currency) {
  const most = Math.max(...series.map((day) => day.total_amount));
  const total = series.reduce((sum, day) => sum + day.total_amount, 0);
  if (!total) return h("p", { class: "empty" }, t.noAmount);
  const top = roundUp(most);
  const ends = [series[0], series[Math.floor(series.length / 2)], series.at(-1)];
  const marks = ends.map((day) => day && h("span", null, formatDay(day.date)));
  const readout = h("p", { class: "readout small muted" }, t.hoverHint);
  const drawing = svg(
    "svg",
    {
      viewBox: `0 0 ${series.length * STEP} ${HEIGHT}`,
      preserveAspectRatio: "none",
      role: "img",
      "aria-label": t.chartLabel(formatAmount(total, currency), series.length),
    },
    series.map((day, index) => bar(day, index, top)),
  );
  drawing.addEventListener("pointermove", (event) => {
    const box = drawing.getBoundingClientRect();
    const day = series[Math.floor(((event.clientX - box.left) / box.width) * series.length)];
    if (day) readout.textContent = told(day, currency);
  });
  const scale = [1, 0.5, 0].map((part) => h("span", null, headline(top * part, currency)));
  return h(
    "figure",
    { class: "chart" },
    h(
      "div",
      { class: "plot" },
      h("div", { class: "scale", "aria-hidden": "true" }, scale),
      drawing,
      h("div", { class: "marks" }, marks),
    ),
    h("figcaption", null, readout, numbers(series, currency)),
  );
}
