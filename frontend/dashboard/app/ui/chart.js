/** A month of days as bars, drawn as SVG. Numbers for those who cannot see it are in the label and each bar's title. */
import { svg } from "/shared/dom.js";
import { formatAmount, formatDay } from "/shared/format.js";
import { texts } from "../texts.js";

const [WIDTH, HEIGHT, BASE, TOP] = [720, 200, 172, 14];

/** The next "round" number at or above: 1, 2 or 5 times a power of ten. */
export function roundUp(value) {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map((step) => step * power).find((candidate) => candidate >= value);
}

function bar(day, index, { step, top }) {
  const height = (day.total_amount / top) * (BASE - TOP);
  const drawn = day.total_amount ? Math.max(height, 2) : 1;
  const title = texts.home.barTitle(formatDay(day.date), formatAmount(day.total_amount), day.total_transactions);
  return svg("rect", {
    class: day.total_amount ? "bar" : "bar none", x: index * step + step * 0.15, y: BASE - drawn, width: step * 0.7, height: drawn, rx: Math.min(3, drawn / 2),
  }, svg("title", null, title));
}

export function chart(series) {
  const top = roundUp(Math.max(...series.map((day) => day.total_amount), 1));
  const step = WIDTH / series.length;
  const label = (index, anchor) => svg("text", { x: index === 0 ? 0 : (index + 1) * step, y: HEIGHT - 8, "text-anchor": anchor }, formatDay(series[index].date));
  const total = series.reduce((sum, day) => sum + day.total_amount, 0);
  return svg("svg", { class: "chart", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": texts.home.chartLabel(formatAmount(total), series.length) },
    svg("line", { x1: 0, x2: WIDTH, y1: TOP, y2: TOP }), svg("line", { x1: 0, x2: WIDTH, y1: BASE, y2: BASE }),
    svg("text", { x: 0, y: TOP - 4 }, formatAmount(top)),
    series.map((day, index) => bar(day, index, { step, top })),
    label(0, "start"), label(Math.floor(series.length / 2), "middle"), label(series.length - 1, "end"));
}
