/** Speaks to the sandbox as the signed-in merchant. No type checks its paths: the OpenAPI document leaves them out. */
import { request } from "../session.js";

const PATIENCE = 60_000; // milliseconds: a jump of the clock works for 20 s, and a trigger waits for several workers

/**
 * @param {Verb} verb @param {string} path under /sandbox @param {object} [body] @returns {Promise<any>}
 */
export const sandbox = (verb, path, body) =>
  /** @type {any} */ (request)(verb, `/sandbox${path}`, { body, timeout: PATIENCE });
