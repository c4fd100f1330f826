"""What holds of every method, the next one included."""

from typing import get_args

import pytest

from chalicelib import methods
from chalicelib.methods import METHODS, AnyPayment, AnyPublicPayment, Instrument
from chalicelib.methods.card import CardOnFile
from chalicelib.methods.netbanking import Netbanking
from chalicelib.methods.upi import Flow, Upi

KEPT = [Upi(vpa="user@paytm"), Upi(Flow.QR), CardOnFile("visa", "1111"), Netbanking("HDFC")]


@pytest.mark.parametrize("union", [AnyPayment, AnyPublicPayment, Instrument])
def test_every_method_has_a_request_a_public_one_and_something_that_is_kept(union):
    assert tuple(kind.__struct_config__.tag for kind in get_args(union)) == METHODS


@pytest.mark.parametrize("instrument", KEPT, ids=str)
def test_what_is_kept_is_read_back_as_it_was(instrument):
    assert methods.load(methods.stored(instrument)) == instrument


def test_every_method_is_among_these_examples():
    assert {methods.stored(instrument)["method"] for instrument in KEPT} == set(METHODS)


@pytest.mark.parametrize("kind", get_args(AnyPublicPayment), ids=lambda kind: kind.__name__)
def test_a_public_request_is_the_merchants_with_a_key(kind):
    assert issubclass(kind, get_args(AnyPayment))
    assert "key" in kind.__struct_fields__
