"""The texts, answers and statuses of each route that the route table does not contain. One row for each view."""

from chalicelib.api.shapes import answers, merchant_answers, payer_answers, webhook_answers
from infra.openapi.books_operations import BOOKS
from infra.openapi.dispute_operations import DISPUTES
from infra.openapi.operation import WHEN, Operation

_NO_ORDER = "The merchant has no such order."
_KEY_NOT_FOUND = "The key is unknown."

# These are for the operator and off by default, or for the bank (receive_notification). Merchants use none of them.
HIDDEN = frozenset({"create_merchant", "get_terms", "set_terms", "receive_notification"})

OPERATIONS: dict[str, Operation] = {
    # Orders
    "create_order": Operation(
        "Orders",
        "Create an order",
        answers.Order,
        201,
        "capture automatic: the bank takes the money at once. capture manual: the bank holds the money until you "
        "capture or void it, at most for capture_within seconds.",
        once=True,
    ),
    "list_orders": Operation("Orders", "List orders", answers.Orders),
    "get_order": Operation("Orders", "Get an order", answers.Order),
    "cancel_order": Operation(
        "Orders",
        "Cancel an unpaid order",
        answers.Order,
        description="Refused if the order is paid, expired or cancelled, or has a payment in progress.",
        once=True,
    ),
    "list_payments_of_order": Operation("Orders", "List the payments of an order", answers.Payments),
    "get_public_order": Operation(
        "Orders",
        "Get an order as the payer",
        payer_answers.PublicOrder,
        query={
            "key": "The merchant's API key. If it is given, it must match the order.",
            "frame_origins": "For the checkout page: the origins of all pages around its frame, separated by blanks.",
        },
        also={401: _KEY_NOT_FOUND},
    ),
    # Payments
    "create_payment": Operation(
        "Payments",
        "Pay an order",
        answers.PendingPayment,
        201,
        "Returns a pending payment immediately. The payment's next_action says what the payer must do. A webhook and "
        "GET report the outcome. An order takes one payment at a time.",
        once=True,
        also={404: _NO_ORDER},
    ),
    "create_public_payment": Operation(
        "Payments",
        "Pay an order as the payer",
        answers.PendingPublicPayment,
        201,
        "For the checkout page. It needs the API key but not the secret. After five failures in a row the payer must "
        "wait, and one address and one card have a limited number of tries in ten minutes. The error is then 429 with "
        "the reason too_many_attempts.",
        once=True,
        also={401: _KEY_NOT_FOUND, 404: _NO_ORDER},
    ),
    "list_payments": Operation("Payments", "List payments", answers.Payments),
    "get_payment": Operation("Payments", "Get a payment", answers.Payment),
    "get_public_payment": Operation("Payments", "Get a payment as the payer", answers.PublicPayment),
    "get_return": Operation(
        "Payments",
        "Get the payer's way back to the shop",
        payer_answers.PaymentReturn,
        description="For the checkout page. The secret of the key signs order_id|payment_id|status (HMAC-SHA256, hex).",
        query={"key": "The merchant's API key."},
        also={401: _KEY_NOT_FOUND},
    ),
    "cancel_public_payment": Operation("Payments", "Give up a payment as the payer", payer_answers.GivenUp),
    "get_timeline": Operation("Payments", "List what happened to a payment", answers.Timeline),
    "capture_payment": Operation(
        "Payments",
        "Capture a payment",
        answers.Payment,
        description="The amount must be the payment's whole amount. A succeeded payment can be captured once.",
        once=True,
    ),
    "void_payment": Operation(
        "Payments",
        "Void a payment: release its money instead of capturing it",
        answers.Payment,
        description="A payment can be voided after it has succeeded and before it is captured. Afterwards its order "
        "can be paid again.",
        once=True,
    ),
    # Refunds
    "create_refund": Operation(
        "Refunds",
        "Refund a payment, in full or in part",
        answers.PendingRefund,
        201,
        "Without an amount the refund is all that is left of the payment. Pending and processed refunds together "
        "never exceed the payment.",
        once=True,
    ),
    "list_refunds": Operation("Refunds", "List refunds", answers.Refunds),
    "get_refund": Operation("Refunds", "Get a refund", answers.Refund),
    # Books
    **BOOKS,
    **DISPUTES,
    # Events
    "list_events": Operation(
        "Events",
        "List events",
        webhook_answers.Events,
        description="Every event of the last 30 days, whether an endpoint subscribes to it or not, newest first. With "
        "after: every event since that one, oldest first and without gaps.",
        query={
            "after": "An event's id or its resent_as. Events appear a few seconds after their time.",
            "resent": "With true an event also stands where it was sent again, with resent_as. Not with object_id.",
        },
    ),
    "get_event": Operation("Events", "Get an event", webhook_answers.StoredEvent),
    "resend_event": Operation(
        "Events",
        "Send an event again",
        webhook_answers.Resent,
        description="To one endpoint, subscribed or not, or to every subscribed endpoint. The event keeps its id.",
    ),
    # Webhooks
    "list_webhooks": Operation("Webhooks", "List deliveries", webhook_answers.Webhooks),
    "get_webhook": Operation("Webhooks", "Get a delivery with its attempts", webhook_answers.WebhookDetail),
    "retry_webhook": Operation("Webhooks", "Send a delivery again", webhook_answers.WebhookScheduled),
    "verify_signature": Operation(
        "Webhooks",
        "Explain why a signature fails",
        webhook_answers.SignatureAnswer,
        also={404: "The merchant has no such endpoint."},
    ),
    "list_dead_letters": Operation("Webhooks", "List jobs that failed five times", webhook_answers.DeadLetters),
    "redrive_dead_letters": Operation("Webhooks", "Send failed jobs back to their queue", webhook_answers.Redriven),
    # Webhook endpoints
    "list_endpoints": Operation("Webhook endpoints", "List endpoints", webhook_answers.Endpoints),
    "create_endpoint": Operation(
        "Webhook endpoints",
        "Create an endpoint",
        webhook_answers.EndpointWithSecret,
        201,
        "This answer contains the secret; afterwards only reveal-secret shows it. A merchant has at most ten "
        "endpoints, including the endpoint of the profile.",
    ),
    "get_endpoint": Operation("Webhook endpoints", "Get an endpoint", webhook_answers.Endpoint),
    "change_endpoint": Operation("Webhook endpoints", "Change an endpoint", webhook_answers.Endpoint),
    "delete_endpoint": Operation("Webhook endpoints", "Delete an endpoint", webhook_answers.EndpointDeleted),
    "rotate_endpoint_secret": Operation(
        "Webhook endpoints",
        "Rotate an endpoint's secret",
        webhook_answers.EndpointWithSecret,
        description="The previous secret keeps signing, beside the new secret, for 24 hours.",
    ),
    "reveal_endpoint_secret": Operation(
        "Webhook endpoints", "Reveal an endpoint's secret (logged)", webhook_answers.EndpointSecret
    ),
    "test_endpoint": Operation(
        "Webhook endpoints",
        "Send webhook.test to an endpoint",
        webhook_answers.TestScheduled,
        also={400: "The endpoint has no URL."},
    ),
    "replay_endpoint": Operation(
        "Webhook endpoints", "Send the failed deliveries of an endpoint again", webhook_answers.Replayed
    ),
    # Merchant
    "get_profile": Operation("Merchant", "Get the merchant's profile", merchant_answers.Profile),
    "change_profile": Operation(
        "Merchant", "Change the name, logo, colour, time zone or framing pages", merchant_answers.Profile
    ),
    "reveal_secrets": Operation("Merchant", "Reveal the secrets (logged)", merchant_answers.Secrets),
    "rotate_key": Operation(
        "Merchant",
        "Rotate the API key",
        merchant_answers.KeyPair,
        description="The previous pair works for 24 hours more, but it can only read and create orders and payments. "
        "With `revoke_old: true` the previous pair and every older pair stop within 5 seconds. Only the primary pair "
        "and a session may call this.",
        also={400: "The body is malformed, or another request is changing the keys."},
    ),
    "set_webhook": Operation("Merchant", "Set the webhook URL (null clears it)", merchant_answers.WebhookSettings),
    "regenerate_secret": Operation(
        "Merchant",
        "Rotate the webhook secret",
        merchant_answers.NewWebhookSecret,
        description="The previous secret keeps signing, beside the new secret, for 24 hours.",
    ),
    "test_webhook": Operation(
        "Merchant",
        "Send webhook.test to the webhook URL",
        webhook_answers.TestScheduled,
        also={400: "The merchant has no webhook URL."},
    ),
    # API keys
    "list_keys": Operation("API keys", "List key pairs", merchant_answers.Keys),
    "create_key": Operation(
        "API keys",
        "Create a key pair",
        merchant_answers.NewKeyPair,
        201,
        "Only this answer contains the secret. A key pair without scopes may do everything. A key pair cannot give a "
        "scope that it does not have. A merchant has at most twenty key pairs.",
        also={
            400: "The request is malformed, the merchant has twenty key pairs, or another request is changing the keys."
        },
    ),
    "change_key": Operation(
        "API keys",
        "Rename a key pair or change its scopes",
        merchant_answers.Key,
        description="The change takes effect everywhere within 5 seconds.",
    ),
    "revoke_key": Operation(
        "API keys",
        "Revoke a key pair",
        merchant_answers.KeyRevoked,
        description="The pair stops everywhere within 5 seconds, for good. A session can always create another pair.",
        also={400: "Another request is changing the keys."},
    ),
    # Dashboard
    "get_stats": Operation(
        "Dashboard",
        "Get statistics, with a daily series",
        merchant_answers.Stats,
        description="Exact figures about settled payments, by the day on which each payment was created. Without dates "
        "the totals cover all time and the series covers the last 30 days.",
        query={
            "from": f"{WHEN}. Its UTC day is the first day.",
            "to": f"{WHEN}. Its UTC day is the last day.",
            "currency": "ISO 4217 currency of the returned amounts. Default: INR.",
        },
        also={
            400: "The currency is unknown, or the dates are malformed, in the wrong order, or more than 366 days apart."
        },
    ),
    "find_anything": Operation(
        "Dashboard",
        "Find orders, payments and refunds",
        merchant_answers.SearchResults,
        description="An id and a receipt are found in the whole history. A part of a receipt, a customer's name, email "
        "or contact, a UPI address, a card's last four digits and an amount are looked for in the newest 200 payments "
        "and 200 orders. The answer says how many rows it looked at.",
        query={"q": "What to look for. An amount is in the currency's unit, such as 499.00."},
    ),
    "sign_in": Operation(
        "Dashboard", "Sign in", merchant_answers.Session, also={401: "The email or the password is wrong."}
    ),
    "sign_out": Operation("Dashboard", "Sign out", merchant_answers.SignedOut),
    "end_sessions": Operation(
        "Dashboard",
        "Sign out everywhere",
        merchant_answers.SignedOut,
        description="All sessions of the merchant end everywhere within 5 seconds, including this request's session.",
    ),
    # System
    "get_health": Operation(
        "System", "Get the health of the gateway", answers.Health, also={503: "A dependency does not answer."}
    ),
    "get_test_merchant": Operation("System", "Get the test merchant (test stages only)", answers.TestMerchant),
    "get_jobs_status": Operation("System", "Count the jobs of all queues (test stages only)", answers.JobsStatus),
}
