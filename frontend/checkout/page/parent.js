/**
 * Sends messages to the merchant's page that frames this page. The checkout reads no message, so no message can make it
 * act. A message goes to the framing page's own origin, which the browser names, and never to "*".
 */
import { recall, remember } from "/shared/storage.js";

const REMEMBERED = "parent-origin"; // in some browsers the referrer is this page itself after a reload

function originOfReferrer() {
  return document.referrer ? new URL(document.referrer).origin : null;
}

function findOrigin() {
  if (location.ancestorOrigins?.length) return location.ancestorOrigins[0];
  const referrer = originOfReferrer();
  return referrer && referrer !== location.origin ? referrer : (recall(REMEMBERED) ?? referrer);
}

export const isFramed = window.parent !== window;

/** Returns the origins around this page. "null": the browser names none; the remembered origin must not stand in. */
function origins() {
  return location.ancestorOrigins ? [...location.ancestorOrigins] : [(document.referrer && findOrigin()) || "null"];
}

/** Returns the origins of all pages around this page, which the API compares with the merchant's. */
export const framedBy = isFramed ? origins().join(" ") : null;

const parentOrigin = isFramed ? findOrigin() : null;
if (parentOrigin) remember(REMEMBERED, parentOrigin);

/** @type {ResizeObserver | undefined} */
let watchingHeight;

/** Tells the SDK how high the page is, from now on after every change. @param {HTMLElement} content */
export function shareHeight(content) {
  if (watchingHeight || !isFramed) return;
  watchingHeight = new ResizeObserver(() => tellParent("resize", { height: content.offsetHeight }));
  watchingHeight.observe(content);
}

/** @param {string} type @param {object} data */
export function tellParent(type, data = {}) {
  if (!isFramed || !parentOrigin || parentOrigin === "null") return;
  window.parent.postMessage({ type, data }, parentOrigin);
}
