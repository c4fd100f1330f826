/**
 * Talking to the merchant's page that frames this one. Nothing is read from it: no message can make the checkout do
 * anything. What is sent goes to the framing page's own origin, as the browser tells it, and never to "*".
 */
import { recall, remember } from "/shared/storage.js";

const REMEMBERED = "parent-origin"; // the referrer is this page itself after a reload in some browsers

function originOfReferrer() {
  return document.referrer ? new URL(document.referrer).origin : null;
}

function findOrigin() {
  if (location.ancestorOrigins?.length) return location.ancestorOrigins[0];
  const referrer = originOfReferrer();
  return referrer && referrer !== location.origin ? referrer : (recall(REMEMBERED) ?? referrer);
}

export const isFramed = window.parent !== window;

/** "null": the browser does not say. A page without a referrer is not taken for the one that was remembered. */
function origins() {
  return location.ancestorOrigins ? [...location.ancestorOrigins] : [(document.referrer && findOrigin()) || "null"];
}

/** The origins of all pages around this one, for the API to compare with the merchant's. */
export const framedBy = isFramed ? origins().join(" ") : null;

const parentOrigin = isFramed ? findOrigin() : null;
if (parentOrigin) remember(REMEMBERED, parentOrigin);

/** @param {string} type @param {object} data */
export function tellParent(type, data = {}) {
  if (!isFramed || !parentOrigin || parentOrigin === "null") return;
  window.parent.postMessage({ type, data }, parentOrigin);
}
