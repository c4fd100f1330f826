"""The contract's rows of events, the books, settlements, disputes, the search and the payer's page."""

from chalicelib.api.shapes import books_answers, merchant_answers, payer_answers, webhook_answers
from tests.e2e.client import KEY
from tests.e2e.contract.row import Row

EVIDENCE = {"summary": "Delivered on 3 May"}
PAGE = {"limit": 10, "offset": 0}

ROWS = [
    Row("GET /api/v1/events", webhook_answers.Events, says=PAGE | {"total": None}),
    Row("GET /api/v1/events/{event}", webhook_answers.StoredEvent, says={"type": "payment.created", "sequence": 1}),
    Row("POST /api/v1/events/{event}/resend", webhook_answers.Resent, {"endpoint_id": "{endpoint}"}),
    Row("GET /api/v1/balance", books_answers.Balance),
    Row("GET /api/v1/ledger", books_answers.Ledger, says={"limit": 10}),
    Row("GET /api/v1/settlements", books_answers.Settlements, says=PAGE),
    Row(
        "GET /api/v1/settlements/{settlement}",
        books_answers.Settlement,
        says={"status": "processed", "currency": "INR", "reason": None},
    ),
    Row("GET /api/v1/settlements/{settlement}/report", books_answers.SettlementReport),
    Row("GET /api/v1/disputes?payment_id={captured}", books_answers.Disputes, says=PAGE | {"total": 2}),
    Row("GET /api/v1/disputes", books_answers.Disputes, says=PAGE),
    Row(
        "GET /api/v1/disputes/{to_accept}",
        books_answers.Dispute,
        says={"status": "open", "amount": 100, "evidence": None, "submitted_at": None, "decided_at": None},
    ),
    Row("POST /api/v1/disputes/{to_accept}/accept", books_answers.Dispute, says={"status": "lost", "evidence": None}),
    Row(
        "POST /api/v1/disputes/{to_contest}/contest",
        books_answers.Dispute,
        {"evidence": EVIDENCE},
        says={"status": "under_review", "evidence": EVIDENCE, "decided_at": None},
    ),
    Row("GET /api/v1/search?q={paid}", merchant_answers.SearchResults),
    Row(
        f"GET /api/v1/payments/{{paid}}/public/return?key={KEY}",
        payer_answers.PaymentReturn,
        public=True,
        says={"url": None},
    ),
    Row(
        "POST /api/v1/payments/{to_give_up}/public/cancel",
        payer_answers.GivenUp,
        public=True,
        says={"status": "failed", "error_code": "PAYMENT_CANCELLED", "next_action": None},
    ),
]
