/**
 * Provides session storage even where the browser refuses it (third-party frames). There the data lasts as long as the
 * page.
 */

/** @type {Map<string, string>} */
const memory = new Map();

/** @param {string} key @param {unknown} value */
export function remember(key, value) {
  const text = JSON.stringify(value);
  memory.set(key, text);
  try {
    sessionStorage.setItem(key, text);
  } catch {
    /* memory holds the value */
  }
}

/** @param {string} key */
export function recall(key) {
  let text = memory.get(key);
  try {
    text = sessionStorage.getItem(key) ?? text;
  } catch {
    /* memory holds the value */
  }
  try {
    return text === undefined ? null : JSON.parse(text);
  } catch {
    return null;
  }
}

/** @param {string} key */
export function forget(key) {
  memory.delete(key);
  try {
    sessionStorage.removeItem(key);
  } catch {
    /* the value was never in the storage */
  }
}
