/** Maps paths to pages, with history. Matching is pure. Links in the document change the page without a load. */

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
export const pathWithin = (next) => (next && /^\/dashboard(\/|$)/.test(next) ? next : "/dashboard");

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
  history[replace ? "replaceState" : "pushState"](null, "", path);
  show(location.pathname);
}

/**
 * Starts the router. Calls onPath(path) for the present path and for every later path.
 * @param {(path: string) => unknown} onPath
 */
export function startRouter(onPath) {
  show = onPath;
  window.addEventListener("popstate", () => onPath(location.pathname));
  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element && event.target.closest("a[href^='/']");
    if (!(link instanceof HTMLAnchorElement) || link.target || link.hasAttribute("download") || !isPlainClick(event))
      return;
    event.preventDefault();
    navigate(link.getAttribute("href") ?? "/");
  });
  onPath(location.pathname);
}
