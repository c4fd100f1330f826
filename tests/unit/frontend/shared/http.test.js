import assert from "node:assert/strict";
import { test } from "node:test";
import {
  ApiError,
  createClient,
  isMissing,
  isRefusal,
  NetworkError,
  newIdempotencyKey,
  queryString,
} from "../../../../frontend/shared/http.js";

const BASE = "http://api.example/api/v1";

/** A client whose fetch answers with this, and what it was asked. */
function clientThat(t, answer, headers) {
  const fetch = t.mock.method(globalThis, "fetch", async () => answer());
  const asked = () => fetch.mock.calls.map(({ arguments: [url, options] }) => ({ url, ...options }));
  return { request: createClient(BASE, headers), asked };
}

const json = (status, body) => () => new Response(JSON.stringify(body), { status });

test("a query has only what was given", () => {
  assert.equal(queryString({ status: "", cursor: undefined, order_id: null }), "");
  assert.equal(
    queryString({ limit: 20, offset: 0, from: "2026-01-01T00:00:00+05:30" }).slice(0, 18),
    "?limit=20&offset=0",
  );
  assert.equal(queryString({ name: "a&b=c d" }), "?name=a%26b%3Dc+d");
  assert.equal(queryString(), "");
});

test("a request sends its body as JSON, its key, and the headers of the moment", async (t) => {
  let token = "one";
  const { request, asked } = clientThat(t, json(201, { id: "order_1" }), () => ({ Authorization: token }));
  assert.deepEqual(await request("POST", "/orders", { body: { amount: 100 }, idempotencyKey: "k" }), { id: "order_1" });
  token = "two";
  await request("GET", "/orders", { query: { limit: 5 } });
  const [post, get] = asked();
  assert.equal(post.url, `${BASE}/orders`);
  assert.equal(post.body, '{"amount":100}');
  assert.deepEqual(post.headers, {
    Authorization: "one",
    "Content-Type": "application/json",
    "Idempotency-Key": "k",
  });
  assert.equal(get.url, `${BASE}/orders?limit=5`);
  assert.equal(get.body, undefined);
  assert.deepEqual(get.headers, { Authorization: "two" });
  assert.equal(get.credentials, "omit");
});

test("an error speaks in the API's own words", async (t) => {
  const error = { code: "BAD_REQUEST_ERROR", description: "amount is missing", field: "amount", request_id: "req_1" };
  const { request } = clientThat(t, json(400, { error }));
  await assert.rejects(request("POST", "/orders"), (thrown) => {
    assert.ok(thrown instanceof ApiError);
    assert.equal(thrown.message, "amount is missing");
    assert.deepEqual(
      [thrown.status, thrown.code, thrown.field, thrown.requestId],
      [400, "BAD_REQUEST_ERROR", "amount", "req_1"],
    );
    return true;
  });
});

test("an error without a body has its status", async (t) => {
  const { request } = clientThat(t, () => new Response("<html>", { status: 502 }));
  await assert.rejects(request("GET", "/orders"), { status: 502, message: "HTTP 502" });
});

test("an answer that is cut off, and none at all, are a network's error", async (t) => {
  const cut = clientThat(t, () => new Response('{"id', { status: 200 }));
  await assert.rejects(cut.request("GET", "/orders"), NetworkError);
  t.mock.restoreAll();
  const none = clientThat(t, () => Promise.reject(new TypeError("Failed to fetch")));
  await assert.rejects(none.request("GET", "/orders"), NetworkError);
});

test("only the API's own no is a refusal", () => {
  const refuses = (status) => isRefusal(new ApiError(status));
  assert.deepEqual([400, 401, 404, 422].map(refuses), [true, true, true, true]);
  assert.deepEqual([429, 500, 503].map(refuses), [false, false, false]);
  assert.equal(isRefusal(new NetworkError("x")), false);
  assert.equal(isMissing(new ApiError(404)), true);
  assert.equal(isMissing(new NetworkError("404")), false);
});

test("an idempotency key is 128 bits that do not come again", () => {
  assert.match(newIdempotencyKey(), /^[0-9a-f]{32}$/);
  assert.notEqual(newIdempotencyKey(), newIdempotencyKey());
});
