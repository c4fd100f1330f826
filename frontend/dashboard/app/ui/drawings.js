/** Holds the dashboard's own paths for icon() of dom.js, on the same 24-unit grid as shared/icons.js. */
export const drawings = {
  search: "M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM16 16l5 5",
  menu: "M4 7h16M4 12h16M4 17h16",
  more: "M5 12h.01M12 12h.01M19 12h.01",
  key: "M15 4a5 5 0 1 0 0 10 5 5 0 0 0 0-10zM11.500 12.500L4 20v-3l2-2M15 9h.01",
  gear: "M4 7h9M17 7h3M15 5v4M4 12h3M11 12h9M9 10v4M4 17h11M19 17h1M17 15v4",
  chart: "M4 20V4M4 20h16M8 16v-4M12 16V8M16 16v-6",
  flask: "M10 3v6L4 19a1 1 0 0 0 1 2h14a1 1 0 0 0 1-2L14 9V3M8 3h8M7 15h10",
  scales: "M12 4v16M7 20h10M5 7h14M5 7l-3 6a3 3 0 0 0 6 0zM19 7l-3 6a3 3 0 0 0 6 0z",
  pen: "M4 20h4L19 9l-4-4L4 16zM13 7l4 4",
};
