"""What an erasure leaves of JSON that shows records."""

import pytest

from chalicelib.services.privacy.erasing import _without


@pytest.mark.parametrize(
    ("shown", "left"),
    [
        ({"id": "pay_1", "vpa": "a@upi", "amount": 5}, {"id": "pay_1", "vpa": None, "amount": 5}),
        ({"parts": {"order": {"customer": {"name": "Asha"}, "notes": {"to": "Asha"}}}},
         {"parts": {"order": {"customer": None, "notes": {}}}}),
        ({"items": [{"id": "rfnd_1", "reason": "for Asha"}]}, {"items": [{"id": "rfnd_1", "reason": None}]}),
        ({"id": "cust_1", "name": "Asha", "gstin": "29"}, {"id": "cust_1", "name": None, "gstin": None}),
        ({"id": "disp_1", "reason": "fraudulent"}, {"id": "disp_1", "reason": "fraudulent"}),
        ({"id": "order_1", "merchant": {"name": "Acme"}}, {"id": "order_1", "merchant": {"name": "Acme"}}),
        ({"notes": {}, "customer": None, "payer": ""}, {"notes": {}, "customer": None, "payer": ""}),
    ],
)  # fmt: skip
def test_personal_values_are_blank_at_every_depth_and_nothing_else_changes(shown, left):
    assert _without(shown) == left
