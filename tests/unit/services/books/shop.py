"""What the tests of the books share."""

from chalicelib.domain import clock
from chalicelib.domain.orders import CaptureMode
from chalicelib.services.payments import records
from tests.unit.services.money import new_order, pay, settle

DAY = 24 * 3600
MONDAY = clock.seconds("2026-11-23T10:00:00Z")


def captured(merchant_id, amount=100_000, **order_terms):
    payment_id = pay(new_order(merchant_id, amount=amount, capture=CaptureMode.AUTOMATIC, **order_terms))
    settle(payment_id)
    return records.find(payment_id)
