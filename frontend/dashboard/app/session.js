/**
 * Who is signed in. The token lives in this origin's session storage: other origins cannot read it, it is in no URL
 * and no cookie, and it goes with the tab. A 401 ends the session wherever it happens.
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
 * request(method, path, {query, body, idempotencyKey}) as the merchant who is signed in.
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
  await send("DELETE", "/auth/session").catch(() => {}); // it expires by itself
  forget(SLOT);
}
