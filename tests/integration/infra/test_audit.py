"""Whose records an audit reads."""

import pytest

from chalicelib.config import TEST_MERCHANT_ID
from infra.audit.stage import Stage
from tests.support.emulated import STACK_NAME


@pytest.mark.parametrize(("merchant_id", "is_there"), [(TEST_MERCHANT_ID, True), (None, True), ("zzz", False)])
def test_a_merchant_that_is_not_there_agrees_with_nothing(emulator, merchant_id, is_there):
    assert Stage(STACK_NAME, merchant_id).is_there() is is_there
