/** Builds elements. Data becomes text nodes and attributes, never markup. */

const SVG_NAMESPACE = "http://www.w3.org/2000/svg";

/** @param {Element} element @param {string} name @param {Attributes[string]} value */
function setAttribute(element, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (typeof value === "function") {
    element.addEventListener(name.slice(2).toLowerCase(), /** @type {EventListener} */ (value));
  } else if (name === "testId") element.setAttribute("data-test-id", String(value));
  else if (name === "value") Object.assign(element, { value });
  else element.setAttribute(name, value === true ? "" : String(value));
}

/** @param {Child[]} children @returns {(Node | string)[]} */
function nodesOf(children) {
  return children.flatMap((child) => {
    if (child === null || child === undefined || child === false) return [];
    if (Array.isArray(child)) return nodesOf(child);
    return child instanceof Node ? child : String(child);
  });
}

/** @template {Element} E @param {E} element @param {Attributes | null} [attributes] @param {Child[]} [children] */
function fill(element, attributes, children = []) {
  element.append(...nodesOf(children));
  // The value follows the children, because a select's value needs its options.
  for (const [name, value] of Object.entries(attributes ?? {})) setAttribute(element, name, value);
  return element;
}

/**
 * Builds an element: h("a", {href, testId, onClick}, "text", node). Skips null and false attributes and children.
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag @param {Attributes | null} [attributes] @param {Child[]} children
 */
export function h(tag, attributes, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

/**
 * @template {keyof SVGElementTagNameMap} T
 * @param {T} tag @param {Attributes} attributes @param {Child[]} children
 */
export function svg(tag, attributes, ...children) {
  return fill(document.createElementNS(SVG_NAMESPACE, tag), attributes, children);
}

/** Builds a 24-unit line drawing. It is decoration, so it is hidden from assistive technology. @param {string} path */
export function icon(path) {
  return svg("svg", { class: "icon", viewBox: "0 0 24 24", "aria-hidden": "true" }, svg("path", { d: path }));
}

/**
 * Finds an element that the page's own markup must hold. Throws an Error if it is missing.
 * @param {ParentNode} root @param {string} selector @returns {HTMLElement}
 */
export function find(root, selector) {
  const element = root.querySelector(selector);
  if (!(element instanceof HTMLElement)) throw new Error(`The page has no ${selector}`);
  return element;
}
