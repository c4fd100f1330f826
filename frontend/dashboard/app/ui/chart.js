/** Draws a month of days as SVG bars. The label and each bar's title hold the numbers for people who cannot see it. */
import { h, svg } from "/shared/dom.js";
import { formatAmount, formatDay } from "/shared/format.js";
import { texts } from "../texts.js";

const HEIGHT = 100; // in the drawing's own units; a day is ten wide, and the style sheet stretches both
const STEP = 10;

/** Returns the next "round" number at or above the value: 1, 2 or 5 times a power of ten. @param {number} value */
export function roundUp(value) {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map((step) => step * power).find((candidate) => candidate >= value) ?? value;
}

/** @param {Api.DayFigures} day @param {number} index @param {number} top @param {string} currency */
function bar(day, index, top, currency) {
  const height = day.total_amount ? Math.max((day.total_amount / top) * HEIGHT, 1.5) : 0.7;
  const title = texts.home.barTitle(
    formatDay(day.date),
    formatAmount(day.total_amount, currency),
    day.total_transactions,
  );
  return svg(
    "rect",
    {
      class: day.total_amount ? "bar" : "bar none",
      x: index * STEP + 1.5,
      y: HEIGHT - height,
      width: STEP - 3,
      height,
    },
    svg("title", {}, title),
  );
}

/** @param {Api.DayFigures[]} series @param {string} currency */
export function chart(series, currency) {
  const top = roundUp(Math.max(...series.map((day) => day.total_amount)));
  const total = series.reduce((sum, day) => sum + day.total_amount, 0);
  const ends = [series[0], series[Math.floor(series.length / 2)], series.at(-1)];
  const marks = ends.map((day) => day && h("span", null, formatDay(day.date)));
  return h(
    "figure",
    { class: "chart" },
    h("p", { class: "chart-top" }, total ? formatAmount(top, currency) : texts.home.noAmount),
    svg(
      "svg",
      {
        viewBox: `0 0 ${series.length * STEP} ${HEIGHT}`,
        preserveAspectRatio: "none",
        role: "img",
        "aria-label": texts.home.chartLabel(formatAmount(total, currency), series.length),
      },
      series.map((day, index) => bar(day, index, top, currency)),
    ),
    h("figcaption", null, marks),
  );
}
