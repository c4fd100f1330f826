"""What each role must never be allowed, whatever its code asks for."""

import pytest

from tests.support.roles import Access, allowed, covers


@pytest.mark.parametrize(
    ("role", "action", "resource"),
    [
        ("ProcessPaymentRole", "dynamodb:PutItem", "table/refunds"),
        ("ApiRole", "kms:Decrypt", "key/card"),
        ("ApiRole", "dynamodb:GetItem", "table/cards"),
        ("ProcessPaymentRole", "kms:Decrypt", "key/secret"),
        ("ProcessPaymentRole", "kms:GenerateMac", "key/tries"),
        ("ApiRole", "dynamodb:GetItem", "table/card-tries"),
        ("ProcessPaymentRole", "kms:GenerateDataKey", "key/card"),
        ("ProcessRefundRole", "kms:Decrypt", "key/card"),
        ("ProcessRefundRole", "kms:Decrypt", "key/secret"),
        ("DeliverWebhookRole", "kms:Decrypt", "key/card"),
        ("DeliverWebhookRole", "dynamodb:GetItem", "table/payments"),
        ("DeliverWebhookRole", "sqs:SendMessage", "queue/payments"),
        ("ApiRole", "sqs:ReceiveMessage", "queue/payments"),
        ("ApiRole", "sqs:ReceiveMessage", "queue/payments-dlq"),
        ("ApiRole", "sqs:DeleteMessage", "queue/deliveries-dlq"),
        ("DeliverWebhookRole", "dynamodb:UpdateItem", "table/throttles"),
        ("ApiRole", "dynamodb:Scan", "table/payments"),
        ("RunDeadlinesRole", "dynamodb:Scan", "table/deadlines"),
        ("RunDeadlinesRole", "dynamodb:GetItem", "table/payments"),
        ("ProcessPaymentRole", "dynamodb:Query", "table/deadlines"),
        ("ApiRole", "dynamodb:DeleteItem", "table/payments"),
    ],
)
def test_a_role_is_denied_what_others_may(role, action, resource):
    assert not covers(allowed(role), Access(action, resource))
