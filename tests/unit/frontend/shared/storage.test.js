import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { forget, recall, remember } from "../../../../frontend/shared/storage.js";

const refuse = () => {
  throw new Error("The browser refuses storage");
};

function storage(items = new Map()) {
  return {
    items,
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, text) => items.set(key, text),
    removeItem: (key) => items.delete(key),
  };
}

const browsers = (value) => Object.defineProperty(globalThis, "sessionStorage", { value, configurable: true });

afterEach(() => {
  browsers(storage());
  for (const key of ["a", "b"]) forget(key);
});

test("what is remembered is recalled until it is forgotten", () => {
  browsers(storage());
  remember("a", { token: "x" });
  assert.deepEqual(recall("a"), { token: "x" });
  assert.equal(recall("b"), null);
  forget("a");
  assert.equal(recall("a"), null);
});

test("it outlives the page where the browser stores it", () => {
  browsers(storage(new Map([["b", "[1]"]])));
  assert.deepEqual(recall("b"), [1]);
});

test("it lasts as long as the page where the browser refuses", () => {
  browsers({ getItem: refuse, setItem: refuse, removeItem: refuse });
  remember("a", 7);
  assert.equal(recall("a"), 7);
  forget("a");
  assert.equal(recall("a"), null);
});

test("what is no JSON is as if nothing were there", () => {
  browsers(storage(new Map([["a", "{"]])));
  assert.equal(recall("a"), null);
});
