/** Makes Node like a page of our origin: imports begin at its root, /shared/… and /config.js, and the page is there. */
import { webcrypto } from "node:crypto";
import { register } from "node:module";

globalThis.crypto ??= webcrypto; // Node 18 keeps it to itself
globalThis.location ??= new URL("http://localhost:3001/");
globalThis.navigator ??= { language: "en" }; // Node 21 has one
globalThis.document ??= { referrer: "", documentElement: {} };
globalThis.window ??= globalThis;
globalThis.window.parent ??= globalThis.window; // no page is around this one
register("./origin-hooks.js", import.meta.url);
