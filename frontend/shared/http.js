/** The gateway's API over fetch: every answer is data, an ApiError in the API's own words, or a NetworkError. */

const TIMEOUT = 15_000; // milliseconds; longer than any answer the API gives in good health

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
 * The API's own no. A 5xx, or a 429 without a reason, says nothing of what was asked for: it may be done or not.
 * @param {unknown} error @returns {error is ApiError}
 */
export const isRefusal = (error) =>
  error instanceof ApiError && error.status < 500 && (error.status !== 429 || Boolean(error.reason));

/** @param {unknown} error */
export const isMissing = (error) => error instanceof ApiError && error.status === 404;

/** No answer: offline, refused, too slow, or cut off on its way. Whether the request was done is unknown. */
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
 * request(method, path, {query, body, idempotencyKey}); `headers()` is asked anew for each request.
 * @param {string} baseUrl @param {() => Record<string, string>} headers @returns {ApiRequest}
 */
export function createClient(baseUrl, headers = () => ({})) {
  return async function request(method, path, { query, body, idempotencyKey } = {}) {
    const sent = { ...headers() };
    if (body !== undefined) sent["Content-Type"] = "application/json";
    if (idempotencyKey) sent["Idempotency-Key"] = idempotencyKey;
    let response;
    try {
      response = await fetch(baseUrl + path + queryString(query), {
        method,
        headers: sent,
        body: body === undefined ? undefined : JSON.stringify(body),
        signal: AbortSignal.timeout(TIMEOUT),
        credentials: "omit",
        cache: "no-store",
      });
    } catch (error) {
      throw new NetworkError(String(error));
    }
    return answer(response);
  };
}

/** 128 random bits; crypto.randomUUID is missing on plain-http origins. */
export function newIdempotencyKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
