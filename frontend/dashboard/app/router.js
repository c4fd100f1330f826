/**
 * Maps paths to pages, with history. Matching is pure. Links in the document change the page without a load. An entry
 * of the history keeps its query and its scroll position, so that Back and a reload return to the same place.
 */

const SETTLE = 120; // milliseconds after the last scroll
const PATIENCE = 4_000; // milliseconds for which a page may still grow to its old height

/** Decodes a part of a path. Leaves half a %-code unchanged. @param {string} part */
function decode(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/**
 * Matches a path: "/a/:id" against "/a/7" gives {id: "7"}. Returns null without a match.
 * @param {string} pattern @param {string} path @returns {Record<string, string> | null}
 */
export function match(pattern, path) {
  /** @type {string[]} */
  const names = [];
  const source = pattern.replace(/:(\w+)/g, (_, name) => {
    names.push(name);
    return "([^/]+)";
  });
  const found = new RegExp(`^${source}/?$`).exec(path);
  return found && Object.fromEntries(names.map((name, index) => [name, decode(found[index + 1] ?? "")]));
}

/**
 * Returns the path to go to after signing in. Only a path of the dashboard is allowed; "//elsewhere" is another site.
 * @param {string | null} next
 */
export const pathWithin = (next) => (next && /^\/dashboard([/?]|$)/.test(next) ? next : "/dashboard");

/** @template {{ path: string }} R @param {R[]} routes @param {string} path */
export function findRoute(routes, path) {
  for (const route of routes) {
    const params = match(route.path, path);
    if (params) return { route, params };
  }
  return null;
}

/** @param {MouseEvent} event */
const isPlainClick = (event) =>
  event.button === 0 && !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey);

/** @type {(path: string) => void} */
let show = () => {};

/** @param {string} path */
export function navigate(path, { replace = false } = {}) {
  if (!replace) keepScroll();
  history[replace ? "replaceState" : "pushState"](null, "", path);
  show(location.pathname);
}

/** Returns the query of the present address. */
export const currentQuery = () => Object.fromEntries(new URLSearchParams(location.search));

/**
 * Changes the query of the present address, and what its history entry keeps, without another page.
 * @param {Record<string, string | undefined>} values @param {object} [kept]
 */
export function setQuery(values, kept = {}) {
  const given = Object.entries({ ...currentQuery(), ...values }).filter(([, value]) => value);
  const text = new URLSearchParams(/** @type {[string, string][]} */ (given)).toString();
  history.replaceState({ ...history.state, ...kept }, "", location.pathname + (text && `?${text}`));
}

function keepScroll() {
  if (history.state?.y !== window.scrollY) history.replaceState({ ...history.state, y: window.scrollY }, "");
}

/**
 * Scrolls to where this entry of the history was left, as soon as the page is long enough again. A person who scrolls
 * first is left alone. @param {HTMLElement} main
 */
export function restoreScroll(main) {
  const wanted = history.state?.y ?? 0;
  if (!wanted) return;
  const watcher = new ResizeObserver(() => {
    if (document.documentElement.scrollHeight < wanted + window.innerHeight) return;
    end();
    window.scrollTo(0, wanted);
  });
  const end = () => {
    watcher.disconnect();
    for (const kind of ["wheel", "keydown", "pointerdown"]) window.removeEventListener(kind, end);
  };
  for (const kind of ["wheel", "keydown", "pointerdown"]) window.addEventListener(kind, end, { passive: true });
  watcher.observe(main.firstElementChild ?? main);
  setTimeout(end, PATIENCE);
}

/**
 * Starts the router. Calls onPath(path) for the present path and for every later path.
 * @param {(path: string) => unknown} onPath
 */
export function startRouter(onPath) {
  show = onPath;
  history.scrollRestoration = "manual";
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  window.addEventListener("scroll", () => {
    clearTimeout(timer);
    timer = setTimeout(keepScroll, SETTLE);
  });
  window.addEventListener("popstate", () => {
    clearTimeout(timer);
    onPath(location.pathname);
  });
  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element && event.target.closest("a[href^='/']");
    if (!(link instanceof HTMLAnchorElement) || link.target || link.hasAttribute("download") || !isPlainClick(event))
      return;
    event.preventDefault();
    clearTimeout(timer);
    navigate(link.getAttribute("href") ?? "/");
  });
  onPath(location.pathname);
}
