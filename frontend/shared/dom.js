/** Building elements. Data only ever becomes text nodes and attributes, never markup. */

const SVG_NAMESPACE = "http://www.w3.org/2000/svg";

function setAttribute(element, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (typeof value === "function") element.addEventListener(name.slice(2).toLowerCase(), value);
  else if (name === "testId") element.setAttribute("data-test-id", value);
  else if (name === "value") element.value = value;
  else element.setAttribute(name, value === true ? "" : value);
}

function fill(element, attributes, children) {
  element.append(
    ...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false),
  );
  // After the children: a select's value needs its options.
  for (const [name, value] of Object.entries(attributes ?? {})) setAttribute(element, name, value);
  return element;
}

/** h("a", {href, testId, onClick}, "text", node): null and false attributes and children are left out. */
export function h(tag, attributes, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

export function svg(tag, attributes, ...children) {
  return fill(document.createElementNS(SVG_NAMESPACE, tag), attributes, children);
}

/** A 24-unit line drawing; decoration, so hidden from assistive technology. */
export function icon(path) {
  return svg("svg", { class: "icon", viewBox: "0 0 24 24", "aria-hidden": "true" }, svg("path", { d: path }));
}

export function byTestId(root, id) {
  return root.querySelector(`[data-test-id="${id}"]`);
}
