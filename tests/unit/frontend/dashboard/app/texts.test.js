import assert from "node:assert/strict";
import { test } from "node:test";
import { texts } from "../../../../../frontend/dashboard/app/texts.js";
import { readJson } from "../../read.js";

const { schemas } = readJson("frontend/dashboard/openapi.json").components;
const sorted = (names) => [...names].sort();

test("an endpoint can choose each event of the API but the test event, which needs no choice", () => {
  const offered = schemas.Event.enum.filter((event) => event !== "webhook.test");
  assert.deepEqual(sorted(texts.webhooks.allEvents), sorted(offered));
});

test("a key can be given each scope of the API", () => {
  assert.deepEqual(sorted(texts.keys.allScopes), sorted(schemas.Scope.enum));
});

test("each event has its meaning in words", () => {
  assert.deepEqual(sorted(Object.keys(texts.webhooks.meanings)), sorted(texts.webhooks.allEvents));
});

test("the filters offer each status and each method of a payment", () => {
  assert.deepEqual(sorted(Object.keys(texts.transactions.statuses)), sorted(schemas.PaymentStatus.enum));
  assert.deepEqual(sorted(Object.keys(texts.transactions.methods)), sorted(schemas.Payment.properties.method.enum));
});

test("every text says something", () => {
  const empty = [];
  const look = (value, path) => {
    if (typeof value === "function") look(value("1", "2", "3"), path);
    else if (typeof value === "object") for (const name in value) look(value[name], `${path}.${name}`);
    else if (!String(value).trim() || /undefined|null/.test(value)) empty.push(path);
  };
  look(texts, "texts");
  assert.deepEqual(empty, []);
});
