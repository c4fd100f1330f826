/** Makes Node like the pages' origin: their imports begin at its root, /shared/… and /config.js. */
import { webcrypto } from "node:crypto";
import { register } from "node:module";

globalThis.crypto ??= webcrypto; // Node 18 keeps it to itself
register("./origin-hooks.js", import.meta.url);
