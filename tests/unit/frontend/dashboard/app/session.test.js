import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import {
  currentSession,
  request,
  signIn,
  signOut,
  whenSessionEnds,
} from "../../../../../frontend/dashboard/app/session.js";
import { forget, remember } from "../../../../../frontend/shared/storage.js";

const SESSION = {
  token: "sess_1",
  expires_at: "2099-01-01T00:00:00Z",
  merchant: { id: "m", name: "Shop", email: "a@b.c" },
};

const answering = (t, status, body) =>
  t.mock.method(globalThis, "fetch", async () => new Response(JSON.stringify(body), { status }));

beforeEach(() => forget("session"));

test("who signs in is sent along as a bearer, and nobody otherwise", async (t) => {
  const fetch = answering(t, 200, SESSION);
  await signIn("a@b.c", "password123");
  assert.deepEqual(currentSession(), SESSION);
  await request("GET", "/orders");
  const headers = fetch.mock.calls.map((call) => call.arguments[1].headers.Authorization);
  assert.deepEqual(headers, [undefined, "Bearer sess_1"]);
});

test("a session that has expired is none", () => {
  remember("session", { ...SESSION, expires_at: "2020-01-01T00:00:00Z" });
  assert.equal(currentSession(), null);
});

test("a 401 ends the session once and tells so; another error does not", async (t) => {
  let ended = 0;
  whenSessionEnds(() => {
    ended += 1;
  });
  remember("session", SESSION);
  answering(t, 403, { error: { description: "no" } });
  await assert.rejects(request("GET", "/orders"));
  assert.equal(ended, 0);
  t.mock.restoreAll();
  answering(t, 401, { error: { description: "Session expired or unknown" } });
  await assert.rejects(request("GET", "/orders"), { message: "Session expired or unknown" });
  await assert.rejects(request("GET", "/payments"));
  assert.equal(ended, 1);
  assert.equal(currentSession(), null);
});

test("signing out works without the network too", async (t) => {
  t.mock.method(globalThis, "fetch", () => Promise.reject(new TypeError("Failed to fetch")));
  remember("session", SESSION);
  await signOut();
  assert.equal(currentSession(), null);
});
