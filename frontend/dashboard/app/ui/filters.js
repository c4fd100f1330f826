/** Turns the typed filters of the transactions into the API's filters. No DOM here. */

/**
 * Returns the filters as the API takes them. A day is a day of this browser's clock, sent as an instant.
 * @param {Record<"status" | "method" | "from" | "to", string>} chosen @param {string} [order]
 * @returns {PaymentFilters}
 */
export function filtersOf({ status, method, from, to }, order) {
  /** @param {string} day @param {string} time */
  const instant = (day, time) => {
    const at = new Date(`${day}T${time}`);
    return Number.isNaN(at.getTime()) ? undefined : at.toISOString(); // not chosen, or a year of five digits
  };
  const days = { from: instant(from, "00:00:00.000"), to: instant(to, "23:59:59.999") };
  return /** @type {PaymentFilters} */ ({ status, method, order_id: order, ...days });
}

/** Reads the search. An order's id filters the list; any other text is a payment's id. @param {string} text */
export const orderSearched = (text) => (text.trim().startsWith("order_") ? text.trim() : undefined);
