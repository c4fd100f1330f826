"""The texts and answers of the routes of the books and of settlements."""

from chalicelib.api.shapes import books_answers
from infra.openapi.operation import WHEN, Operation

BOOKS: dict[str, Operation] = {
    "get_balance": Operation(
        "Books",
        "Get the balance of each currency",
        books_answers.Balance,
        description="available: matured money. pending: captured money that has not matured. reserved: money held back "
        "for open disputes.",
    ),
    "list_postings": Operation(
        "Books",
        "List the postings of the ledger, newest first",
        books_answers.Ledger,
        query={
            "limit": "At most 100. Default: 10.",
            "cursor": "The next_cursor of the previous page.",
            "from": f"The earliest posting, an {WHEN}, included.",
            "to": f"The latest posting, an {WHEN}, included. A date means the whole day.",
        },
    ),
    "list_settlements": Operation("Settlements", "List settlements", books_answers.Settlements),
    "get_settlement": Operation("Settlements", "Get a settlement", books_answers.Settlement),
    "get_settlement_report": Operation(
        "Settlements",
        "Get what a settlement pays out",
        books_answers.SettlementReport,
        description="A row for each payment, refund, dispute and adjustment. The credits less the debits are the amount. "
        "With `Accept: text/csv` the answer is a CSV file with the same columns.",
    ),
}
