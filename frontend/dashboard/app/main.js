/** Starts the dashboard: one shell with one page at a time. Each page is loaded at its first visit. */
import { config } from "/config.js";
import { find, h } from "/shared/dom.js";
import { forgetProfile } from "./profile.js";
import { findRoute, navigate, startRouter } from "./router.js";
import { currentSession, findSession, whenSessionEnds } from "./session.js";
import { createShell } from "./shell.js";
import { texts } from "./texts.js";
import { startKeys } from "./ui/keys.js";
import { button, notice } from "./ui/parts.js";
import { openSearch } from "./ui/search.js";
import { keepTimes } from "./ui/when.js";

/** @param {string} name @returns {() => Promise<PageModule>} */
const page = (name) => () => import(`./pages/${name}.js`);
/** @type {Route[]} */
const ROUTES = [
  { path: "/login", load: page("login"), title: texts.login.title, public: true },
  { path: "/dashboard", load: page("home"), title: texts.home.title },
  { path: "/dashboard/transactions", load: page("transactions"), title: texts.transactions.title },
  { path: "/dashboard/transactions/:id", load: page("payment"), title: texts.payment.title },
  { path: "/dashboard/orders", load: page("orders"), title: texts.orders.title },
  { path: "/dashboard/orders/:id", load: page("order"), title: texts.order.title },
  { path: "/dashboard/refunds", load: page("refunds"), title: texts.refunds.title },
  { path: "/dashboard/refunds/:id", load: page("refund"), title: texts.refund.title },
  { path: "/dashboard/balance", load: page("balance"), title: texts.balance.title },
  { path: "/dashboard/settlements", load: page("settlements"), title: texts.settlements.title },
  { path: "/dashboard/settlements/:id", load: page("settlement"), title: texts.settlements.one },
  { path: "/dashboard/disputes", load: page("disputes"), title: texts.disputes.title },
  { path: "/dashboard/disputes/:id", load: page("dispute"), title: texts.disputes.one },
  { path: "/dashboard/webhooks", load: page("webhooks"), title: texts.webhooks.title },
  { path: "/dashboard/webhooks/endpoints/:id", load: page("endpoint"), title: texts.endpoint.title },
  { path: "/dashboard/webhooks/:id", load: page("delivery"), title: texts.delivery.title },
  { path: "/dashboard/dead-letters", load: page("dead-letters"), title: texts.deadLetters.title },
  { path: "/dashboard/events", load: page("events"), title: texts.events.title },
  { path: "/dashboard/events/:id", load: page("event"), title: texts.events.one },
  { path: "/dashboard/signatures", load: page("signatures"), title: texts.signatures.title },
  { path: "/dashboard/keys", load: page("keys"), title: texts.keys.title },
  { path: "/dashboard/settings", load: page("settings"), title: texts.settings.title },
  { path: "/dashboard/docs", load: page("docs"), title: texts.docs.title },
  { path: "/docs", load: page("reference"), title: texts.reference.title, public: true },
];
if (config.demo)
  ROUTES.push({ path: "/dashboard/sandbox", load: () => import("./sandbox/page.js"), title: texts.sandbox });

const app = find(document, "#app");
const shell = createShell();
/** @type {Leave} */
let leave = () => {};
let visit = 0;

/**
 * Replaces a page whose script did not arrive: the connection is gone, or a new version has replaced the script.
 * @type {PageModule}
 */
const unloaded = {
  mount(root) {
    const reload = button(texts.reload, () => location.reload());
    root.append(h("div", { class: "page" }, notice("bad", texts.unloaded), h("div", { class: "actions" }, reload)));
    return undefined;
  },
};

/** @param {string} path */
async function show(path) {
  const found = findRoute(ROUTES, path);
  if (!found) return navigate("/dashboard", { replace: true });
  const { route, params } = found;
  if (!route.public && !currentSession()) await findSession();
  const session = currentSession();
  if (!route.public && !session)
    return navigate(`/login?next=${encodeURIComponent(path + location.search)}`, { replace: true });
  visit += 1;
  const mine = visit;
  leave();
  leave = () => {};
  const { mount } = await route.load().catch(() => unloaded);
  if (mine !== visit) return; // the person has asked for another page meanwhile
  document.title = `${route.title} · ${texts.product}`;
  const root = shell.prepare(app, path, session);
  leave = mount(root, { params }) ?? (() => {});
  shell.settle();
}

function endSession() {
  forgetProfile();
  const next = encodeURIComponent(location.pathname + location.search);
  navigate(`/login?ended&next=${next}`, { replace: true });
}

function search() {
  if (currentSession()) openSearch();
}

// In another site's frame an overlay could steal clicks on a signed-in page. Headers forbid the frame where the server
// sends headers.
if (window.top !== window.self) app.append(h("p", null, texts.framed));
else {
  whenSessionEnds(endSession);
  startKeys(search);
  keepTimes();
  startRouter(show);
}
