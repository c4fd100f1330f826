/**
 * Keeps the session of the signed-in merchant. The token is in this origin's session storage: other origins cannot
 * read it, and no URL and no cookie holds it. A new tab asks the open tabs for it, and it ends with the last of them. A
 * 401 on any request, or signing out, ends it in all tabs.
 */
import { config } from "/config.js";
import { ApiError, createClient } from "/shared/http.js";
import { forget, recall, remember } from "/shared/storage.js";

const SLOT = "session";
const HAND_OVER = 250; // milliseconds in which another tab must answer
const tabs = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel(SLOT);
const send = createClient(`${config.apiUrl}/api/v1`, () => {
  const session = currentSession();
  return { ...(session && { Authorization: `Bearer ${session.token}` }) };
});

/** @type {() => void} */
let onEnd = () => {};
/** @type {() => void} */
let onHandOver = () => {};
/** @param {() => void} callback */
export const whenSessionEnds = (callback) => {
  onEnd = callback;
};

/** @returns {Api.Session | null} */
export function currentSession() {
  const session = recall(SLOT);
  return session && new Date(session.expires_at) > new Date() ? session : null;
}

/** @typedef {{ asks?: true, session?: Api.Session, ended?: string }} Message What tabs tell each other. */

/** @param {Message} message */
const say = (message) => tabs?.postMessage(message);

/** @param {MessageEvent<Message>} event */
function hear({ data: { asks, session, ended } }) {
  const own = currentSession();
  if (asks && own) say({ session: own });
  if (session && !own) {
    remember(SLOT, session);
    onHandOver();
  }
  if (ended && own?.token === ended) {
    forget(SLOT);
    onEnd();
  }
}

if (tabs) tabs.onmessage = hear;
/** @type {{ unref?: () => void } | null} */ (tabs)?.unref?.(); // Node would wait for the channel

/** Asks the other tabs for their session, unless this tab has one. @returns {Promise<void>} */
export function findSession() {
  if (currentSession() || !tabs) return Promise.resolve();
  return new Promise((resolve) => {
    onHandOver = resolve;
    setTimeout(resolve, HAND_OVER);
    say({ asks: true });
  });
}

/** @param {string} token */
function end(token) {
  forget(SLOT);
  say({ ended: token });
}

/**
 * Sends request(method, path, {query, body, idempotencyKey}) as the signed-in merchant.
 * @type {ApiRequest}
 */
export async function request(...what) {
  try {
    return await send(...what);
  } catch (error) {
    const session = recall(SLOT);
    if (error instanceof ApiError && error.status === 401 && session) {
      end(session.token);
      onEnd();
    }
    throw error;
  }
}

/** @param {string} email @param {string} password */
export async function signIn(email, password) {
  forget(SLOT);
  remember(SLOT, await send("POST", "/auth/session", { body: { email, password } }));
}

export async function signOut() {
  const token = recall(SLOT)?.token;
  await send("DELETE", "/auth/session").catch(() => {}); // the session expires by itself
  if (token) end(token);
}
