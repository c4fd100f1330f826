/** Reads a posting of the ledger from the merchant's side. Knows no DOM. */
import { decimal } from "./export.js";

/**
 * Returns by how much a posting changes what the gateway owes the merchant. A credit is negative in the API.
 * @param {Api.Posting} posting
 */
export const changeOf = ({ lines }) =>
  lines.reduce((sum, { account, amount }) => sum - (account === "merchant_payable" ? amount : 0), 0);

/** Returns a row of the CSV file for each line of a posting. @param {Api.Posting} posting */
export const lineCells = (posting) =>
  posting.lines.map(({ account, amount }) => ({
    posting_id: posting.id,
    created_at: posting.created_at,
    movement: posting.movement,
    object_id: posting.object_id,
    payment_id: posting.payment_id,
    account,
    currency: posting.currency,
    debit: amount > 0 ? decimal(amount, posting.currency) : "",
    credit: amount < 0 ? decimal(-amount, posting.currency) : "",
    amount_minor: amount,
  }));
