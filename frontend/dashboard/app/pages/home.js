/** Shows the home page: credentials, figures, the last month, the newest payments and the queues. */
import { h } from "/shared/dom.js";
import { formatAmount, formatCount, formatPercent } from "/shared/format.js";
import { isMissing } from "/shared/http.js";
import { poll, steady } from "/shared/poll.js";
import { currentSession, request } from "../session.js";
import { texts } from "../texts.js";
import { chart } from "../ui/chart.js";
import { badge, copyButton, heading } from "../ui/parts.js";
import { paymentColumns, paymentRow } from "../ui/payments.js";
import { revealer } from "../ui/secret.js";
import { liveTable } from "../ui/table.js";

const REFRESH = 2_500;

function credentials() {
  const key = h("code", { testId: "api-key" }, texts.none);
  const copy = copyButton(() => key.textContent, texts.home.key);
  const noSecret = h("span", { hidden: true }, texts.none);
  const secret = revealer({
    testId: "api-secret",
    label: texts.home.secret,
    async load() {
      const now = await request("POST", "/merchants/reveal");
      show(now.api_key);
      return now.api_secret;
    },
  });
  const element = h(
    "section",
    { class: "card pad", testId: "api-credentials" },
    h("h2", null, texts.home.credentials),
    h(
      "dl",
      { class: "facts" },
      h("div", null, h("dt", null, texts.home.key), h("dd", { class: "secret" }, key, copy)),
      h("div", null, h("dt", null, texts.home.secret), h("dd", null, secret, noSecret)),
    ),
  );

  /** @param {string | null} apiKey null: the pair was revoked */
  function show(apiKey) {
    key.textContent = apiKey ?? texts.home.noKey;
    copy.hidden = apiKey === null;
    secret.hidden = apiKey === null;
    noSecret.hidden = apiKey !== null;
  }

  return { element, show };
}

/** @param {string} label @param {string} testId */
function stat(label, testId) {
  const name = h("dt", null, label);
  const value = h("dd", { testId }, texts.none);
  return {
    element: h("div", { class: "card stat" }, name, value),
    /** @param {string} text */
    show(text, newLabel = label) {
      value.textContent = text;
      name.textContent = newLabel;
    },
  };
}

function statistics() {
  const count = stat(texts.home.transactions, "total-transactions");
  const amount = stat(texts.home.amount(""), "total-amount");
  const rate = stat(texts.home.rate, "success-rate");
  const drawing = h("div", { class: "chart-frame" }, h("span", { class: "skeleton" }));
  /** @type {string | undefined} */
  let shown;
  return {
    stats: h(
      "dl",
      { class: "stats", testId: "stats-container", "aria-label": texts.home.stats },
      count.element,
      amount.element,
      rate.element,
    ),
    chart: h("section", { class: "card pad" }, h("h2", null, texts.home.chart), drawing),
    /** @param {Api.Stats} data */
    show(data) {
      if (JSON.stringify(data) === shown) return;
      shown = JSON.stringify(data);
      count.show(formatCount(data.total_transactions));
      amount.show(formatAmount(data.total_amount, data.currency), texts.home.amount(data.currency));
      rate.show(formatPercent(data.success_rate));
      drawing.replaceChildren(chart(data.series, data.currency));
    },
  };
}

/** Builds the panel of the queues. Their state is public only on test stages; other stages show no panel. */
function queues() {
  const names = /** @type {(keyof typeof texts.home.jobs)[]} */ (Object.keys(texts.home.jobs));
  const numbers = new Map(names.map((name) => [name, h("dd", null, texts.none)]));
  const worker = h("dd", null, texts.none);
  const element = h(
    "section",
    { class: "card pad", hidden: true },
    h("h2", null, texts.home.queue),
    h(
      "dl",
      { class: "facts numbers" },
      names.map((name) => h("div", null, h("dt", null, texts.home.jobs[name]), numbers.get(name))),
      h("div", null, h("dt", null, texts.home.worker), worker),
    ),
  );
  return {
    element,
    /** @param {Api.JobsStatus} state */
    show(state) {
      element.hidden = false;
      for (const [name, number] of numbers) number.textContent = formatCount(state[name]);
      if (worker.textContent !== state.worker_status) worker.replaceChildren(badge(state.worker_status));
    },
  };
}

/** @type {Mount} */
export function mount(root) {
  const keys = credentials();
  const figures = statistics();
  const jobs = queues();
  const recent = liveTable({
    path: "/payments",
    label: texts.home.recent,
    columns: paymentColumns,
    rowAttributes: paymentRow,
    empty: texts.home.empty,
    limit: 6,
    paged: false,
  });
  const name = currentSession()?.merchant.name ?? "";
  root.append(
    h(
      "div",
      { class: "page", testId: "dashboard" },
      heading(texts.home.title, texts.home.text(name)),
      figures.stats,
      h("div", { class: "columns" }, figures.chart, h("div", { class: "stack" }, keys.element, jobs.element)),
      h(
        "div",
        { class: "section-head" },
        h("h2", null, texts.home.recent),
        h("a", { href: "/dashboard/transactions" }, texts.home.all),
      ),
      recent.element,
    ),
  );
  const polls = [
    poll(async () => {
      keys.show((await request("GET", "/merchants/profile")).api_key);
      return false;
    }, steady(REFRESH)),
    poll(async () => figures.show(await request("GET", "/dashboard/stats")), steady(REFRESH)),
    poll(async () => {
      try {
        jobs.show(await request("GET", "/test/jobs/status"));
      } catch (error) {
        if (isMissing(error)) return false;
        throw error;
      }
    }, steady(REFRESH)),
    recent,
  ];
  return () => {
    for (const each of polls) each.stop();
  };
}
