/** Builds the frame around every page: the navigation at the side, as icons on a tablet, behind a button on a phone. */
import { config } from "/config.js";
import { h, icon } from "/shared/dom.js";
import { icons } from "/shared/icons.js";
import { forgetProfile } from "./profile.js";
import { navigate, restoreScroll } from "./router.js";
import { signOut } from "./session.js";
import { texts } from "./texts.js";
import { countAlerts } from "./ui/alerts.js";
import { drawings } from "./ui/drawings.js";
import { openSearch } from "./ui/search.js";

const t = texts.shell;
/** @type {[string, string, string]} Only test stages have it. */
const SANDBOX = ["/dashboard/sandbox", drawings.flask, texts.sandbox];
/** @type {[string, [string, string, string][]][]} A group's name, and its links: path, drawing, label. */
const GROUPS = [
  [
    t.money,
    [
      ["/dashboard", drawings.chart, texts.home.title],
      ["/dashboard/transactions", icons.list, texts.transactions.title],
      ["/dashboard/orders", icons.cart, texts.orders.title],
      ["/dashboard/refunds", icons.undo, texts.refunds.title],
      ["/dashboard/balance", drawings.scales, texts.balance.title],
      ["/dashboard/settlements", icons.bank, texts.settlements.title],
      ["/dashboard/disputes", icons.alert, texts.disputes.title],
    ],
  ],
  [
    t.developers,
    [
      ["/dashboard/webhooks", icons.bolt, texts.webhooks.title],
      ["/dashboard/events", icons.clock, texts.events.title],
      ["/dashboard/signatures", drawings.pen, texts.signatures.short],
      ["/dashboard/keys", drawings.key, texts.keys.title],
      ["/dashboard/dead-letters", icons.inbox, texts.deadLetters.title],
      ["/dashboard/docs", icons.book, texts.docs.title],
      ["/docs", icons.code, texts.reference.title],
      ...(config.demo ? [SANDBOX] : []),
    ],
  ],
  [t.account, [["/dashboard/settings", drawings.gear, texts.settings.title]]],
];

async function leave() {
  await signOut();
  forgetProfile();
  navigate("/login");
}

function brand() {
  return h(
    "a",
    { class: "brand", href: "/dashboard" },
    h("img", { src: "/shared/icon.svg", alt: "", width: 24, height: 24 }),
    h("span", null, texts.product),
  );
}

function searchButton() {
  return h(
    "button",
    { type: "button", class: "search-button", "aria-label": t.search, title: t.searchTitle, onClick: openSearch },
    icon(drawings.search),
    h("span", null, t.search),
    h("kbd", null, "/"),
  );
}

/** @param {Api.Session} session */
function person({ merchant }) {
  const out = h(
    "button",
    {
      class: "button quiet compact",
      type: "button",
      "aria-label": texts.signOut,
      title: texts.signOut,
      onClick: leave,
    },
    icon(icons.exit),
  );
  const name = h("strong", { title: merchant.name }, merchant.name);
  const email = h("span", { class: "muted small", title: merchant.email }, merchant.email);
  return h("div", { class: "person" }, h("p", null, name, email), out);
}

/** @param {Api.Session | null} session */
function sidebar(session) {
  const groups = session ? GROUPS : GROUPS.map(([name, links]) => [name, links.filter(([path]) => path === "/docs")]);
  const nav = h(
    "nav",
    { id: "navigation", "aria-label": texts.navigation },
    /** @type {typeof GROUPS} */ (groups)
      .filter(([, links]) => links.length)
      .map(([name, links]) => [
        h("p", { class: "nav-group" }, name),
        h(
          "ul",
          null,
          links.map(([path, drawing, label]) =>
            h("li", null, h("a", { href: path, title: label }, icon(drawing), h("span", null, label))),
          ),
        ),
      ]),
  );
  const menu = h(
    "button",
    { type: "button", class: "button quiet menu", "aria-label": t.menu, "aria-expanded": "false" },
    icon(drawings.menu),
  );
  const side = h(
    "header",
    { class: "sidebar" },
    brand(),
    session ? searchButton() : null,
    menu,
    nav,
    session ? person(session) : h("a", { class: "button compact", href: "/login" }, texts.login.title),
  );
  menu.addEventListener("click", () => openMenu(side, menu.getAttribute("aria-expanded") !== "true"));
  return side;
}

/** @param {HTMLElement} side @param {boolean} open */
function openMenu(side, open) {
  side.classList.toggle("open", open);
  side.querySelector(".menu")?.setAttribute("aria-expanded", String(open));
}

/**
 * Marks the longest link that the path begins with, because a detail page belongs to its list.
 * @param {HTMLElement} side @param {string} path
 */
function markCurrent(side, path) {
  const links = [.../** @type {NodeListOf<HTMLAnchorElement>} */ (side.querySelectorAll("nav a"))];
  const fits = links.filter((link) => `${path}/`.startsWith(`${link.pathname}/`));
  const current = fits.sort((a, b) => b.pathname.length - a.pathname.length)[0];
  for (const link of links) {
    if (link === current) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
}

function skipLink(/** @type {HTMLElement} */ main) {
  /** @param {Event} event */
  const skip = (event) => {
    event.preventDefault();
    main.focus();
  };
  return h("a", { class: "skip", href: "#main", onClick: skip }, texts.skip);
}

export function createShell() {
  /** @type {string | undefined} */
  let shownFor;
  /** @type {HTMLElement | null} */
  let side = null;
  /** @type {Polling | undefined} */
  let counting;
  const main = h("main", { id: "main", tabindex: "-1" });
  const skip = skipLink(main);
  const ribbon =
    config.demo &&
    h("aside", { class: "ribbon", "aria-label": t.testMode }, h("strong", null, t.testMode), " ", t.testText);

  /**
   * Returns an empty root for the page at this path.
   * @param {HTMLElement} app @param {string} path @param {Api.Session | null} session
   */
  function prepare(app, path, session) {
    const bare = path === "/login";
    const kind = bare ? "bare" : (session?.token ?? "public");
    if (kind !== shownFor) {
      side = bare ? null : sidebar(session);
      counting?.stop();
      counting = side && session ? countAlerts(side) : undefined;
      app.className = bare ? "bare" : "shell";
      app.replaceChildren(...(side ? [skip, side, h("div", { class: "content" }, ribbon, main)] : [main]));
    } else main.focus({ preventScroll: true });
    shownFor = kind;
    if (side) {
      markCurrent(side, path);
      openMenu(side, false);
    }
    main.replaceChildren();
    window.scrollTo(0, 0);
    return main;
  }

  return { prepare, settle: () => restoreScroll(main) };
}
