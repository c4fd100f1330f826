"""The rows of OPERATIONS for disputes."""

from chalicelib.api.shapes import books_answers
from infra.openapi.operation import Operation

DISPUTES = {
    "list_disputes": Operation("Disputes", "List disputes", books_answers.Disputes),
    "get_dispute": Operation("Disputes", "Get a dispute", books_answers.Dispute),
    "accept_dispute": Operation(
        "Disputes",
        "Accept a dispute: the payer gets the money",
        books_answers.Dispute,
        description="The dispute is lost. Refused unless the dispute is open and respond_by has not passed.",
        once=True,
    ),
    "contest_dispute": Operation(
        "Disputes",
        "Contest a dispute with evidence",
        books_answers.Dispute,
        description="The payer's bank then decides. Evidence is submitted once. Refused unless the dispute is open and "
        "respond_by has not passed.",
        once=True,
    ),
}
