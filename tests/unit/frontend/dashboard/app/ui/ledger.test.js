import assert from "node:assert/strict";
import { test } from "node:test";
import { changeOf, lineCells } from "../../../../../../frontend/dashboard/app/ui/ledger.js";

const posting = {
  id: "pst_1",
  movement: "captured",
  object_id: "pay_1",
  payment_id: "pay_1",
  currency: "KWD",
  created_at: "2026-03-14T09:30:00.000000Z",
  lines: [
    { account: "acquirer_receivable", amount: 100_000 },
    { account: "merchant_payable", amount: -97_640 },
    { account: "fees", amount: -2_360 },
  ],
};

test("a credit to the merchant is a gain, and a posting without the merchant's account changes nothing", () => {
  assert.equal(changeOf(posting), 97_640);
  assert.equal(changeOf({ ...posting, lines: posting.lines.slice(2) }), 0);
});

test("each line of a posting is a row, with its amount in the currency's decimals on one side", () => {
  const rows = lineCells(posting).map(({ account, debit, credit }) => [account, debit, credit]);
  assert.deepEqual(rows, [
    ["acquirer_receivable", "100.000", ""],
    ["merchant_payable", "", "97.640"],
    ["fees", "", "2.360"],
  ]);
});
