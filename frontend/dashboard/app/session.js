/**
 * Keeps the session of the signed-in merchant. The token is in this origin's session storage: other origins cannot read
 * it, no URL and no cookie holds it, and it ends with the tab. A 401 on any request ends the session.
 */
import { config } from "/config.js";
import { ApiError, createClient } from "/shared/http.js";
import { forget, recall, remember } from "/shared/storage.js";

const SLOT = "session";
const send = createClient(`${config.apiUrl}/api/v1`, () => {
  const session = currentSession();
  return { ...(session && { Authorization: `Bearer ${session.token}` }) };
});

/** @type {() => void} */
let onEnd = () => {};
/** @param {() => void} callback */
export const whenSessionEnds = (callback) => {
  onEnd = callback;
};

/** @returns {Api.Session | null} */
export function currentSession() {
  const session = recall(SLOT);
  return session && new Date(session.expires_at) > new Date() ? session : null;
}

/**
 * Sends request(method, path, {query, body, idempotencyKey}) as the signed-in merchant.
 * @type {ApiRequest}
 */
export async function request(...what) {
  try {
    return await send(...what);
  } catch (error) {
    if (error instanceof ApiError && error.status === 401 && recall(SLOT)) {
      forget(SLOT);
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
  await send("DELETE", "/auth/session").catch(() => {}); // the session expires by itself
  forget(SLOT);
}
