/** Builds the frame around every page: the navigation at the side, or above on a phone. */
import { h, icon } from "/shared/dom.js";
import { icons } from "/shared/icons.js";
import { navigate } from "./router.js";
import { signOut } from "./session.js";
import { texts } from "./texts.js";

/** @type {[string, string, string][]} */
const LINKS = [
  ["/dashboard", icons.home, texts.home.title],
  ["/dashboard/transactions", icons.list, texts.transactions.title],
  ["/dashboard/orders", icons.cart, texts.orders.title],
  ["/dashboard/refunds", icons.undo, texts.refunds.title],
  ["/dashboard/webhooks", icons.bolt, texts.webhooks.title],
  ["/dashboard/dead-letters", icons.inbox, texts.deadLetters.title],
  ["/dashboard/docs", icons.book, texts.docs.title],
  ["/docs", icons.code, texts.reference.title],
];

async function leave() {
  await signOut();
  navigate("/login");
}

function brand() {
  return h(
    "a",
    { class: "brand", href: "/dashboard" },
    h("img", { src: "/shared/icon.svg", alt: "", width: 26, height: 26 }),
    texts.product,
  );
}

/** @param {Api.Session | null} session */
function sidebar(session) {
  const links = LINKS.filter(([path]) => session || path === "/docs");
  const list = h(
    "ul",
    null,
    links.map(([path, drawing, label]) => h("li", null, h("a", { href: path }, icon(drawing), label))),
  );
  const person = session
    ? h(
        "div",
        { class: "person" },
        h(
          "p",
          null,
          h("strong", null, session.merchant.name),
          h("span", { class: "muted small" }, session.merchant.email),
        ),
        h(
          "button",
          {
            class: "button quiet compact",
            type: "button",
            "aria-label": texts.signOut,
            title: texts.signOut,
            onClick: leave,
          },
          icon(icons.exit),
        ),
      )
    : h("a", { class: "button compact", href: "/login" }, texts.login.title);
  return h("header", { class: "sidebar" }, brand(), h("nav", { "aria-label": texts.navigation }, list), person);
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
  const list = current?.closest("nav"); // on a phone the navigation scrolls sideways
  if (current && list) list.scrollLeft = current.offsetLeft - list.offsetLeft - 16;
}

export function createShell() {
  /** @type {string | undefined} */
  let shownFor;
  /** @type {HTMLElement | null} */
  let side = null;
  const main = h("main", { id: "main", tabindex: "-1" });
  const skip = h(
    "a",
    {
      class: "skip",
      href: "#main",
      onClick: (event) => {
        event.preventDefault();
        main.focus();
      },
    },
    texts.skip,
  );

  /**
   * Returns an empty root for the page at this path.
   * @param {HTMLElement} app @param {string} path @param {Api.Session | null} session
   */
  function prepare(app, path, session) {
    const bare = path === "/login";
    const kind = bare ? "bare" : (session?.token ?? "public");
    if (kind !== shownFor) {
      side = bare ? null : sidebar(session);
      app.className = bare ? "bare" : "shell";
      app.replaceChildren(...(side ? [skip, side, main] : [main]));
    } else main.focus({ preventScroll: true });
    shownFor = kind;
    if (side) markCurrent(side, path);
    main.replaceChildren();
    window.scrollTo(0, 0);
    return main;
  }

  return { prepare };
}
