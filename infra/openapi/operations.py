"""What the document says of each route beyond the route table: words, answers and their statuses. One row a view."""

from dataclasses import dataclass, field

from infra.openapi import answers, webhook_answers
from infra.openapi.fields import Answer


@dataclass(frozen=True, slots=True)
class Operation:
    """answer: of `status`. once: takes an Idempotency-Key. query: parameters beside those of lists.

    also: further statuses, with what they mean here.
    """

    tag: str
    summary: str
    answer: type[Answer]
    status: int = 200
    description: str = ""
    once: bool = False
    query: dict[str, str] = field(default_factory=dict)
    also: dict[int, str] = field(default_factory=dict)


_WHEN = "ISO 8601 date or time"
_NO_ORDER = "There is no such order of this merchant."
_KEY_NOT_FOUND = "The key is not known."

# The admin's route is off by default; the other is the bank's. They are no part of the merchants' API.
HIDDEN = frozenset({"create_merchant", "receive_notification"})

OPERATIONS: dict[str, Operation] = {
    # Orders
    "create_order": Operation(
        "Orders",
        "Create an order",
        answers.Order,
        201,
        "capture: automatic takes the money at once; manual waits for a capture, at most capture_within seconds.",
        once=True,
    ),
    "list_orders": Operation("Orders", "List orders", answers.Orders),
    "get_order": Operation("Orders", "Show an order", answers.Order),
    "cancel_order": Operation(
        "Orders",
        "Cancel an order that is not paid",
        answers.Order,
        description="Refused for an order that is paid, expired or cancelled, or has a payment in progress.",
        once=True,
    ),
    "list_payments_of_order": Operation("Orders", "List the payments of an order", answers.Payments),
    "get_public_order": Operation(
        "Orders",
        "Show an order to the payer",
        answers.PublicOrder,
        query={"key": "The merchant's API key; must match if given."},
        also={401: _KEY_NOT_FOUND},
    ),
    # Payments
    "create_payment": Operation(
        "Payments",
        "Pay an order",
        answers.PendingPayment,
        201,
        "Answers at once with a pending payment; what the payer has to do comes as its next_action, and its end by webhook "
        "and by GET. An order takes one payment at a time.",
        once=True,
        also={404: _NO_ORDER},
    ),
    "create_public_payment": Operation(
        "Payments",
        "Pay an order as the payer",
        answers.PendingPublicPayment,
        201,
        "For the checkout page: the API key alone, without its secret.",
        once=True,
        also={401: _KEY_NOT_FOUND, 404: _NO_ORDER},
    ),
    "list_payments": Operation("Payments", "List payments", answers.Payments),
    "get_payment": Operation("Payments", "Show a payment", answers.Payment),
    "get_public_payment": Operation("Payments", "Show a payment to the payer", answers.PublicPayment),
    "get_timeline": Operation("Payments", "Show what happened to a payment", answers.Timeline),
    "capture_payment": Operation(
        "Payments",
        "Capture a payment",
        answers.Payment,
        description="The amount must be the payment's. A payment can be captured once, after it has succeeded.",
        once=True,
    ),
    "void_payment": Operation(
        "Payments",
        "Release the money of a payment instead of capturing it",
        answers.Payment,
        description="A payment can be voided after it has succeeded, until it is captured. Its order can be paid again.",
        once=True,
    ),
    # Refunds
    "create_refund": Operation(
        "Refunds",
        "Refund a payment, in full or in part",
        answers.PendingRefund,
        201,
        "Without an amount: all that is left. Pending and processed refunds together never exceed the payment.",
        once=True,
    ),
    "list_refunds": Operation("Refunds", "List refunds", answers.Refunds),
    "get_refund": Operation("Refunds", "Show a refund", answers.Refund),
    # Webhooks
    "list_webhooks": Operation("Webhooks", "List deliveries", webhook_answers.Webhooks),
    "get_webhook": Operation("Webhooks", "Show a delivery and every attempt", webhook_answers.WebhookDetail),
    "retry_webhook": Operation("Webhooks", "Deliver again", webhook_answers.WebhookScheduled),
    "verify_signature": Operation(
        "Webhooks",
        "Find out why a signature fails",
        webhook_answers.SignatureAnswer,
        also={404: "No such endpoint."},
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
        "The secret is shown here once; reveal-secret shows it again. At most ten endpoints a merchant, with the profile's.",
    ),
    "get_endpoint": Operation("Webhook endpoints", "Show an endpoint", webhook_answers.Endpoint),
    "change_endpoint": Operation("Webhook endpoints", "Change an endpoint", webhook_answers.Endpoint),
    "delete_endpoint": Operation("Webhook endpoints", "Delete an endpoint", webhook_answers.EndpointDeleted),
    "rotate_endpoint_secret": Operation(
        "Webhook endpoints",
        "Rotate an endpoint's secret",
        webhook_answers.EndpointWithSecret,
        description="The secret before signs beside the new one for 24 hours.",
    ),
    "reveal_endpoint_secret": Operation(
        "Webhook endpoints", "Show an endpoint's secret (logged)", webhook_answers.EndpointSecret
    ),
    "test_endpoint": Operation(
        "Webhook endpoints",
        "Send webhook.test to an endpoint",
        webhook_answers.TestScheduled,
        also={400: "It has no URL."},
    ),
    "replay_endpoint": Operation("Webhook endpoints", "Send all failed deliveries again", webhook_answers.Replayed),
    # Merchant
    "get_profile": Operation("Merchant", "Show the merchant", answers.Profile),
    "reveal_secrets": Operation("Merchant", "Show the secrets (logged)", answers.Secrets),
    "rotate_key": Operation(
        "Merchant",
        "Rotate the API key",
        answers.KeyPair,
        description="The pair before works for 24 hours more: it makes orders and payments and reads, and nothing else. With "
        "`revoke_old: true` it stops within 5 seconds, and with it every pair before it. Only the primary pair and a session "
        "may ask.",
        also={400: "The body is malformed, or the keys are being changed by another request."},
    ),
    "set_webhook": Operation("Merchant", "Set the webhook URL; null clears it", answers.WebhookSettings),
    "regenerate_secret": Operation(
        "Merchant",
        "Rotate the webhook secret",
        answers.NewWebhookSecret,
        description="The secret before signs beside the new one for 24 hours.",
    ),
    "test_webhook": Operation(
        "Merchant",
        "Send webhook.test to the webhook URL",
        webhook_answers.TestScheduled,
        also={400: "There is no URL."},
    ),
    # API keys
    "list_keys": Operation("API keys", "List key pairs", answers.Keys),
    "create_key": Operation(
        "API keys",
        "Create a key pair",
        answers.NewKeyPair,
        201,
        "The secret is shown here once. Without scopes it may do everything. A key pair gives no scope that it has not itself. "
        "At most twenty a merchant.",
        also={
            400: "The request is malformed, there are twenty already, or the keys are being changed by another request."
        },
    ),
    "change_key": Operation(
        "API keys",
        "Rename a key pair or change its scopes",
        answers.Key,
        description="Holds everywhere within 5 seconds.",
    ),
    "revoke_key": Operation(
        "API keys",
        "Revoke a key pair",
        answers.KeyRevoked,
        description="It stops everywhere within 5 seconds, for good. A session can always make another.",
        also={400: "The keys are being changed by another request."},
    ),
    # Dashboard
    "get_stats": Operation(
        "Dashboard",
        "Show figures, exact, with a series a day",
        answers.Stats,
        description="Of settled payments, by the day on which each was made. Without dates: of all time, and the last 30 days.",
        query={
            "from": f"{_WHEN}; its UTC day is the first.",
            "to": f"{_WHEN}; its UTC day is the last.",
            "currency": "ISO 4217 code; of it the amounts are. INR unless given.",
        },
        also={
            400: "The currency is unknown, or the dates are malformed, in the wrong order, or more than 366 days apart."
        },
    ),
    "sign_in": Operation("Dashboard", "Sign in", answers.Session, also={401: "The email or the password is wrong."}),
    "sign_out": Operation("Dashboard", "Sign out", answers.SignedOut),
    "end_sessions": Operation(
        "Dashboard",
        "Sign out everywhere",
        answers.SignedOut,
        description="Every session of the merchant ends, this one included, everywhere within 5 seconds.",
    ),
    # System
    "get_health": Operation(
        "System", "Say whether the gateway works", answers.Health, also={503: "A dependency does not answer."}
    ),
    "get_test_merchant": Operation("System", "Show the test merchant (test stages only)", answers.TestMerchant),
    "get_jobs_status": Operation("System", "Count the jobs of all queues (test stages only)", answers.JobsStatus),
}
