/** Calls the gateway's API with fetch. A call gives data, an ApiError in the API's own words, or a NetworkError. */

const TIMEOUT = 15_000; // milliseconds; longer than any answer of a healthy API

export class ApiError extends Error {
  /** @param {number} status @param {Partial<Api.ErrorDetail>} [error] @param {string | null} [retryAfter] in seconds */
  constructor(status, error = {}, retryAfter = null) {
    super(error.description ?? `HTTP ${status}`);
    this.status = status;
    this.code = error.code;
    this.field = error.field;
    this.reason = error.reason;
    this.requestId = error.request_id;
    this.retryAfter = Number(retryAfter) || undefined;
  }
}

/**
 * Tells whether the API refused. After a 5xx, or a 429 without a reason, the request may have been done or not.
 * @param {unknown} error @returns {error is ApiError}
 */
export const isRefusal = (error) =>
  error instanceof ApiError && error.status < 500 && (error.status !== 429 || Boolean(error.reason));

/** @param {unknown} error */
export const isMissing = (error) => error instanceof ApiError && error.status === 404;

/** Reports a missing answer: offline, refused, too slow, or cut off. The request may have been done or not. */
export class NetworkError extends Error {}

/** @param {Response} response */
async function answer(response) {
  const body = await response.json().catch(() => undefined);
  if (!response.ok) throw new ApiError(response.status, body?.error, response.headers.get("Retry-After"));
  if (body === undefined) throw new NetworkError("The answer was cut off");
  return body;
}

/** @param {Record<string, unknown>} [query] */
export function queryString(query = {}) {
  const given = Object.entries(query)
    .filter(([, value]) => value !== undefined && value !== null && value !== "")
    .map(([name, value]) => [name, String(value)]);
  return given.length ? `?${new URLSearchParams(given)}` : "";
}

/**
 * Returns request(method, path, {query, body, idempotencyKey, timeout}), which calls `headers()` anew for
 * each request. timeout: milliseconds.
 * @param {string} baseUrl @param {() => Record<string, string>} headers @returns {ApiRequest}
 */
export function createClient(baseUrl, headers = () => ({})) {
  return async function request(method, path, { query, body, idempotencyKey, timeout = TIMEOUT } = {}) {
    const sent = { ...headers() };
    if (body !== undefined) sent["Content-Type"] = "application/json";
    if (idempotencyKey) sent["Idempotency-Key"] = idempotencyKey;
    let response;
    try {
      response = await fetch(baseUrl + path + queryString(query), {
        method,
        headers: sent,
        body: body === undefined ? undefined : JSON.stringify(body),
        signal: AbortSignal.timeout(timeout),
        credentials: "omit",
        cache: "no-store",
      });
    } catch (error) {
      throw new NetworkError(String(error));
    }
    return answer(response);
  };
}

/** Returns 128 random bits. crypto.randomUUID is missing on plain-http origins. */
export function newIdempotencyKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
