import assert from "node:assert/strict";
import { test } from "node:test";
import {
  example,
  operationsOf,
  resolve,
  schemaRows,
  typeOf,
} from "../../../../../../frontend/dashboard/app/ui/openapi.js";
import { readJson } from "../../../read.js";

const card = {
  type: "object",
  required: ["number"],
  properties: { number: { type: "string", description: "Digits" } },
};
const tree = { type: "object", properties: { branch: { $ref: "#/components/schemas/Tree" } } };
const DOCUMENT = { components: { schemas: { Card: card, Tree: tree, Alias: { $ref: "#/components/schemas/Card" } } } };
const ref = (name) => ({ $ref: `#/components/schemas/${name}` });

test("a reference leads to its end, and one into nothing to nothing", () => {
  assert.equal(resolve(DOCUMENT, ref("Alias")), card);
  assert.equal(resolve(DOCUMENT, card), card);
  assert.equal(resolve(DOCUMENT, ref("Nobody")), undefined);
});

test("operations are listed in the order of the paths, each with its first tag", () => {
  const paths = { "/a": { post: { tags: ["A", "B"] }, get: {}, parameters: [] }, "/b": { delete: { tags: [] } } };
  assert.deepEqual(
    operationsOf({ paths }).map(({ method, path, tag }) => [method, path, tag]),
    [
      ["get", "/a", ""],
      ["post", "/a", "A"],
      ["delete", "/b", ""],
    ],
  );
  assert.deepEqual(operationsOf({}), []);
});

test("a type reads as one says it", () => {
  const types = [
    [{ type: "string", format: "uuid" }, "string (uuid)"],
    [{ type: ["string", "null"] }, "string | null"],
    [{ anyOf: [{ type: "string" }, { type: "null" }, { type: "string" }] }, "string | null"],
    [{ type: "array", items: { type: "integer" } }, "integer[]"],
    [{ enum: ["a", "b"] }, '"a" | "b"'],
    [{ const: true }, "true"],
    [{}, "any"],
  ];
  for (const [schema, text] of types) assert.equal(typeOf(DOCUMENT, schema), text);
});

test("parts of parts are rows too, also of an optional object and of a list", () => {
  const optional = { type: "object", properties: { card: { anyOf: [ref("Card"), { type: "null" }] } } };
  const list = { type: "object", properties: { data: { type: "array", items: ref("Card") } } };
  assert.deepEqual(
    schemaRows(DOCUMENT, optional).map((row) => [row.name, row.required, row.description]),
    [
      ["card", false, undefined],
      ["card.number", true, "Digits"],
    ],
  );
  assert.deepEqual(
    schemaRows(DOCUMENT, list).map((row) => row.name),
    ["data", "data.[].number"],
  );
});

test("a schema that holds itself ends", () => {
  assert.ok(schemaRows(DOCUMENT, ref("Tree")).length < 20);
  assert.equal(typeof example(DOCUMENT, ref("Tree")), "object");
});

test("an example takes what the schema gives first", () => {
  assert.deepEqual(example(DOCUMENT, ref("Card")), { number: "…" });
  assert.equal(example(DOCUMENT, { type: "string", examples: ["INR"] }), "INR");
  assert.equal(example(DOCUMENT, { type: ["integer", "null"] }), 0);
  assert.deepEqual(example(DOCUMENT, { type: "array", items: { enum: ["a", "b"] } }), ["a"]);
  assert.equal(example(DOCUMENT, { anyOf: [{ type: "boolean" }, { type: "null" }] }), true);
});

test("each operation of the real document has a tag, a summary and an answer to draw", () => {
  const document = readJson("frontend/dashboard/openapi.json");
  const operations = operationsOf(document);
  assert.ok(operations.length > 30);
  for (const { path, tag, details } of operations) {
    const [status] = Object.keys(details.responses).filter((each) => each.startsWith("2"));
    const { schema } = resolve(document, details.responses[status]).content["application/json"];
    assert.ok(tag && details.summary && schemaRows(document, schema).length, path);
  }
});
