/** Shows the overview: money over a time, the newest payments, first steps and the credentials. */
import { h, icon } from "/shared/dom.js";
import { icons } from "/shared/icons.js";
import { poll, steady } from "/shared/poll.js";
import { profile } from "../profile.js";
import { currentSession, request } from "../session.js";
import { texts } from "../texts.js";
import { figures } from "../ui/figures.js";
import { copyButton, heading } from "../ui/parts.js";
import { paymentColumns, paymentRow } from "../ui/payments.js";
import { revealer } from "../ui/secret.js";
import { liveTable } from "../ui/table.js";
import { remembering } from "../ui/values.js";

const REFRESH = 2_500;
const t = texts.home;

function credentials() {
  const key = h("code", { testId: "api-key" }, texts.none);
  const copy = copyButton(() => key.textContent, t.key);
  const noSecret = h("span", { hidden: true }, texts.none);
  const secret = revealer({
    testId: "api-secret",
    label: t.secret,
    async load() {
      const now = await request("POST", "/merchants/reveal");
      show(now.api_key);
      return now.api_secret;
    },
  });
  const element = h(
    "section",
    { class: "card pad", testId: "api-credentials" },
    h(
      "div",
      { class: "section-head" },
      h("h2", null, t.credentials),
      h("a", { href: "/dashboard/keys" }, t.manageKeys),
    ),
    h(
      "dl",
      { class: "facts" },
      h("div", null, h("dt", null, t.key), h("dd", { class: "secret" }, key, copy)),
      h("div", null, h("dt", null, t.secret), h("dd", null, secret, noSecret)),
    ),
  );

  /** @param {string | null} apiKey null: the pair was revoked */
  function show(apiKey) {
    key.textContent = apiKey ?? t.noKey;
    copy.hidden = apiKey === null;
    secret.hidden = apiKey === null;
    noSecret.hidden = apiKey !== null;
  }

  return { element, show };
}

/** Builds the list of what a new merchant still has to do. It goes when all is done. */
function firstSteps() {
  const list = h("ol", { class: "steps" });
  const element = h("section", { class: "card pad", hidden: true }, h("h2", null, t.steps), list);
  /** @type {Record<keyof typeof t.stepTexts, boolean>} */
  const done = { pay: true, webhook: true, face: true };
  const links = { pay: "/dashboard/orders", webhook: "/dashboard/webhooks", face: "/dashboard/settings" };
  return {
    element,
    /** @param {Partial<typeof done>} known */
    show(known) {
      Object.assign(done, known);
      element.hidden = Object.values(done).every(Boolean);
      list.replaceChildren(
        .../** @type {(keyof typeof done)[]} */ (Object.keys(done)).map((name) =>
          h(
            "li",
            { class: done[name] ? "done" : "" },
            h("span", { class: "mark" }, done[name] ? icon(icons.check) : null),
            h("a", { href: links[name] }, t.stepTexts[name]),
            done[name] ? h("span", { class: "sr-only" }, texts.done) : null,
          ),
        ),
      );
    },
  };
}

/** @type {Mount} */
export function mount(root) {
  const keys = credentials();
  const money = figures(() => stats.now());
  const steps = firstSteps();
  const recent = liveTable({
    path: "/payments",
    label: t.recent,
    columns: paymentColumns,
    rowAttributes: paymentRow,
    empty: t.empty,
    limit: 6,
    paged: false,
  });
  const name = currentSession()?.merchant.name ?? "";
  root.append(
    h(
      "div",
      { class: "page", testId: "dashboard" },
      heading(t.title, t.text(name), money.controls),
      money.element,
      money.others,
      h("div", { class: "section-head" }, h("h2", null, t.recent), h("a", { href: "/dashboard/transactions" }, t.all)),
      recent.element,
      h("div", { class: "columns even" }, keys.element, steps.element),
    ),
  );
  // The figures of a period that is over change only by refunds, so they are asked for once.
  const before = remembering((/** @type {string} */ query) =>
    request("GET", "/dashboard/stats", { query: JSON.parse(query) }),
  );
  const stats = poll(async () => {
    const earlier = money.queryBefore();
    const [data, was] = await Promise.all([
      request("GET", "/dashboard/stats", { query: money.query() }),
      earlier ? before(JSON.stringify(earlier)).catch(() => undefined) : undefined,
    ]);
    money.show(data, was);
    steps.show({ pay: data.total_transactions > 0 });
  }, steady(REFRESH));
  const polls = [
    stats,
    recent,
    poll(async () => {
      const own = await profile();
      keys.show(own.api_key);
      steps.show({ webhook: Boolean(own.webhook_url), face: Boolean(own.logo_url || own.color) });
      return false;
    }, steady(REFRESH)),
  ];
  return () => {
    for (const each of polls) each.stop();
  };
}
