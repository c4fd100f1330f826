import assert from "node:assert/strict";
import { test } from "node:test";
import { toCsv } from "../../../../../../frontend/dashboard/app/ui/csv.js";

test("a list becomes a line of names and a line a row", () => {
  const rows = [
    { id: "pay_1", amount: 100, extra: "not asked for" },
    { id: "pay_2", amount: -5 },
  ];
  assert.equal(toCsv(["id", "amount"], rows), "id,amount\r\npay_1,100\r\npay_2,-5");
});

test("no rows are the names alone", () => {
  assert.equal(toCsv(["id"], []), "id");
});

test("commas, quotes and line ends are quoted; what is missing is empty", () => {
  const row = { a: "x,y", b: 'say "hi"', c: "two\nlines", d: null, f: true };
  assert.equal(toCsv(["a", "b", "c", "d", "e", "f"], [row]), 'a,b,c,d,e,f\r\n"x,y","say ""hi""","two\nlines",,,true');
});

test("a text that a spreadsheet takes for a formula gets an apostrophe", () => {
  for (const text of ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1"]) {
    assert.equal(toCsv(["a"], [{ a: text }]), `a\r\n'${text}`);
  }
  assert.equal(toCsv(["a"], [{ a: "\r=1" }]), `a\r\n"'\r=1"`);
  assert.equal(toCsv(["a"], [{ a: "2-1" }]), "a\r\n2-1");
});
