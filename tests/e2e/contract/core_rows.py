"""The contract's rows of orders, payments, refunds, webhooks and the merchant, in the order in which they are asked."""

from datetime import UTC, datetime, timedelta

from chalicelib.api.shapes import answers, merchant_answers, payer_answers, webhook_answers
from tests.e2e.client import CARD, KEY
from tests.e2e.contract.row import NOWHERE, Row

UPI = {"order_id": "{order}", "method": "upi", "vpa": "user@paytm"}
BY_CARD = {"order_id": "{order}", "method": "card", "card": CARD}
PENDING = {"amount": 50000, "currency": "INR", "status": "pending", "captured": False}
NOT_YET = {"next_action": None, "fee": None, "tax": None, "late": False, "captured_at": None, "voided_at": None}
UPI_SAYS = PENDING | NOT_YET | {"method": "upi", "vpa": "user@paytm", "flow": "collect"}
BY_LINK = {"order_id": "{order}", "method": "upi", "flow": "intent"}
BY_QR = BY_LINK | {"flow": "qr"}
LINK_SAYS = PENDING | {"method": "upi", "vpa": None, "flow": "intent"}
BY_BANK = {"order_id": "{order}", "method": "netbanking", "bank": "HDFC"}
BANK_SAYS = PENDING | {"method": "netbanking", "bank": "HDFC"}
TERMS = {
    "amount": 100,
    "capture": "manual",
    "capture_within": 3600,
    "expires_at": f"{datetime.now(UTC) + timedelta(days=1):%Y-%m-%dT%H:%M:%S.%fZ}",
    "return_url": "https://shop.example/thanks?cart=1",
    "description": "Two cups",
    "customer": {"name": "Asha Rao", "email": "asha@example.com", "contact": None},
}
AUTOMATIC = {
    "capture": "automatic",
    "capture_within": None,
    "expires_at": None,
    "return_url": None,
    "description": None,
    "customer": None,
}
CARD_SAYS = PENDING | {"method": "card", "card_network": "visa", "card_last4": "1111"}
PAID = PENDING | {"status": "success", "amount_refunded": 0, "refund_status": None, "error_code": None}
PAGE = {"limit": 10, "offset": 0}

ROWS = [
    Row("GET /health", answers.Health, public=True, says={"status": "healthy"}),
    Row("GET /api/v1/test/merchant", answers.TestMerchant, public=True, says={"api_key": KEY, "seeded": True}),
    Row("GET /api/v1/test/jobs/status", answers.JobsStatus, public=True, says={"worker_status": "running"}),
    Row(
        "POST /api/v1/orders",
        answers.Order,
        {"amount": 100},
        201,
        says={"amount": 100, "currency": "INR", "receipt": None, "notes": {}, "status": "created", "amount_paid": 0},
    ),
    Row(
        "POST /api/v1/orders",
        answers.Order,
        {"amount": 2**53 - 1, "currency": "USD", "receipt": "é" * 255, "notes": {"k" * 256: "v" * 256}},
        201,
        says={"amount": 2**53 - 1, "currency": "USD", "receipt": "é" * 255, "attempts": 0},
    ),
    Row("POST /api/v1/orders", answers.Order, TERMS, 201, says=TERMS | {"amount_due": 100}),
    Row("POST /api/v1/orders", answers.Order, {"amount": 100, "capture": "automatic"}, 201, says=AUTOMATIC),
    Row("POST /api/v1/orders/{order}/cancel", answers.Order, says={"status": "cancelled", "amount_due": 50000}),
    Row("GET /api/v1/orders/{paid_order}/payments", answers.Payments, says=PAGE | {"total": 1, "next_cursor": None}),
    Row("GET /api/v1/orders", answers.Orders, says=PAGE),
    Row("GET /api/v1/orders/{paid_order}", answers.Order, says={"status": "paid", "amount_paid": 50000, "attempts": 1}),
    Row("GET /api/v1/orders/{order}/public", payer_answers.PublicOrder, public=True, says={"status": "created"}),
    Row(f"GET /api/v1/orders/{{order}}/public?key={KEY}", payer_answers.PublicOrder, public=True),
    Row("POST /api/v1/payments", answers.PendingPayment, UPI, 201, says=UPI_SAYS),
    Row("POST /api/v1/payments", answers.PendingPayment, BY_CARD, 201, says=CARD_SAYS),
    Row("POST /api/v1/payments/public", answers.PendingPublicPayment, UPI | {"key": KEY}, 201, True, UPI_SAYS),
    Row("POST /api/v1/payments/public", answers.PendingPublicPayment, BY_CARD | {"key": KEY}, 201, True, CARD_SAYS),
    Row("POST /api/v1/payments", answers.PendingPayment, BY_LINK, 201, says=LINK_SAYS),
    Row("POST /api/v1/payments", answers.PendingPayment, BY_QR, 201, says=LINK_SAYS | {"flow": "qr"}),
    Row("POST /api/v1/payments", answers.PendingPayment, BY_BANK, 201, says=BANK_SAYS),
    Row("POST /api/v1/payments/public", answers.PendingPublicPayment, BY_BANK | {"key": KEY}, 201, True, BANK_SAYS),
    Row("POST /api/v1/payments/{to_void}/void", answers.Payment, says={"status": "voided", "captured": False}),
    Row("GET /api/v1/payments?status=voided", answers.Payments, says=PAGE),
    Row("GET /api/v1/payments", answers.Payments, says=PAGE),
    Row("GET /api/v1/payments?order_id={paid_order}", answers.Payments, says={"total": 1}),
    Row("GET /api/v1/payments/{paid}", answers.Payment, says=PAID),
    Row("GET /api/v1/payments/{paid}/public", answers.PublicPayment, public=True, says=PAID),
    Row(
        "GET /api/v1/payments/{failed}",
        answers.Payment,
        says={"status": "failed", "error_code": "PAYMENT_FAILED", "amount_refunded": 0},
    ),
    Row("GET /api/v1/payments/{paid}/timeline", answers.Timeline),
    Row("POST /api/v1/payments/{to_capture}/capture", answers.Payment, {"amount": 50000}, says={"captured": True}),
    Row(
        "POST /api/v1/payments/{to_refund}/refunds",
        answers.PendingRefund,
        {"amount": 20000, "reason": "too small"},
        201,
        says={"amount": 20000, "reason": "too small", "status": "pending"},
    ),
    Row(
        "POST /api/v1/payments/{to_refund}/refunds",
        answers.PendingRefund,
        {},
        201,
        says={"amount": 30000, "reason": None},
    ),
    Row("GET /api/v1/payments/{to_refund}", answers.Payment, says={"amount_refunded": 50000, "refund_status": "full"}),
    Row("GET /api/v1/payments/{refunded}", answers.Payment, says={"amount_refunded": 1, "refund_status": "partial"}),
    Row("GET /api/v1/refunds", answers.Refunds, says=PAGE),
    Row("GET /api/v1/refunds?payment_id={refunded}&limit=100", answers.Refunds, says={"total": 1, "limit": 100}),
    Row("GET /api/v1/refunds/{refund}", answers.Refund, says={"status": "processed", "amount": 1}),
    Row("GET /api/v1/webhooks", webhook_answers.Webhooks, says=PAGE),
    Row(
        "GET /api/v1/webhooks/{delivery}", webhook_answers.WebhookDetail, says={"event": "webhook.test", "url": NOWHERE}
    ),
    Row(
        "POST /api/v1/webhooks/{delivery}/retry",
        webhook_answers.WebhookScheduled,
        says={"status": "pending", "message": "Webhook retry scheduled"},
    ),
    Row(
        "POST /api/v1/webhooks/verify",
        webhook_answers.SignatureAnswer,
        {"body": "{}", "headers": {"X-Webhook-Signature": "00"}},
        says={"valid": False},
    ),
    Row("GET /api/v1/dead-letters", webhook_answers.DeadLetters),
    Row("POST /api/v1/dead-letters/redrive", webhook_answers.Redriven, {"queue": "refunds"}, says={"redriven": 0}),
    Row("GET /api/v1/webhook-endpoints", webhook_answers.Endpoints, says={"offset": 0, "next_cursor": None}),
    Row(
        "POST /api/v1/webhook-endpoints",
        webhook_answers.EndpointWithSecret,
        {"url": NOWHERE, "enabled": False},
        201,
        says={"url": NOWHERE},
    ),
    Row(
        "GET /api/v1/webhook-endpoints/{endpoint}",
        webhook_answers.Endpoint,
        says={"events": ["order.paid"], "enabled": True},
    ),
    Row(
        "PATCH /api/v1/webhook-endpoints/{endpoint}",
        webhook_answers.Endpoint,
        {"events": ["payment.captured"]},
        says={"events": ["payment.captured"], "url": NOWHERE},
    ),
    Row("POST /api/v1/webhook-endpoints/{endpoint}/rotate-secret", webhook_answers.EndpointWithSecret),
    Row("POST /api/v1/webhook-endpoints/{endpoint}/reveal-secret", webhook_answers.EndpointSecret),
    Row(
        "POST /api/v1/webhook-endpoints/{endpoint}/test", webhook_answers.TestScheduled, says={"event": "webhook.test"}
    ),
    Row("POST /api/v1/webhook-endpoints/{endpoint}/replay", webhook_answers.Replayed, {"from": "2026-01-01"}),
    Row("DELETE /api/v1/webhook-endpoints/{endpoint}", webhook_answers.EndpointDeleted),
    Row(
        "PUT /api/v1/merchants/webhook",
        merchant_answers.WebhookSettings,
        {"webhook_url": NOWHERE},
        says={"webhook_url": NOWHERE},
    ),
    Row(
        "GET /api/v1/merchants/profile",
        merchant_answers.Profile,
        says={"name": "Test Merchant", "api_key": KEY, "webhook_url": NOWHERE},
    ),
    Row(
        "PATCH /api/v1/merchants/profile",
        merchant_answers.Profile,
        {"allowed_frame_origins": []},
        says={"allowed_frame_origins": []},
    ),
    Row("POST /api/v1/merchants/webhook/test", webhook_answers.TestScheduled),
    Row("POST /api/v1/merchants/reveal", merchant_answers.Secrets, says={"api_key": KEY}),
    Row("POST /api/v1/merchants/webhook/regenerate-secret", merchant_answers.NewWebhookSecret),
    Row(
        "PUT /api/v1/merchants/webhook",
        merchant_answers.WebhookSettings,
        {"webhook_url": None},
        says={"webhook_url": None},
    ),
    Row("GET /api/v1/keys", merchant_answers.Keys, says={"offset": 0, "next_cursor": None}),
    Row(
        "POST /api/v1/keys",
        merchant_answers.NewKeyPair,
        {"name": "Till", "scopes": ["orders:read"]},
        201,
        says={"name": "Till", "scopes": ["orders:read"], "primary": False, "last_used_at": None, "expires_at": None},
    ),
    Row(
        "PATCH /api/v1/keys/{key}",
        merchant_answers.Key,
        {"name": "New"},
        says={"name": "New", "scopes": ["orders:write"]},
    ),
    Row("DELETE /api/v1/keys/{key}", merchant_answers.KeyRevoked, says={"deleted": True}),
    Row("GET /api/v1/dashboard/stats", merchant_answers.Stats),
    Row(
        "GET /api/v1/dashboard/stats?from=2026-01-01&to=2026-01-02",
        merchant_answers.Stats,
        says={"total_transactions": 0},
    ),
]
