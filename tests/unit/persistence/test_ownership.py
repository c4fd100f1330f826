"""Which records a merchant may see."""

import pytest

from chalicelib.domain.errors import NotFound
from chalicelib.persistence.ownership import existing, owned
from chalicelib.persistence.plans import Plan

PLAN = Plan("plan_1", merchant_id="mine")


def test_a_record_of_the_merchant_is_returned():
    assert owned(PLAN, "mine", "Plan") is PLAN
    assert existing(PLAN, "Plan") is PLAN


@pytest.mark.parametrize("merchant_id", ["other", "", "MINE"])
def test_a_record_of_another_merchant_is_refused_in_the_words_for_a_missing_one(merchant_id):
    with pytest.raises(NotFound) as other:
        owned(PLAN, merchant_id, "Plan")
    with pytest.raises(NotFound) as missing:
        owned(None, merchant_id, "Plan")
    assert other.value.description == missing.value.description == "Plan not found"


def test_a_missing_record_is_refused_by_its_noun():
    with pytest.raises(NotFound, match="Payment link not found"):
        existing(None, "Payment link")
