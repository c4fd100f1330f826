"""What holds of every method, the next one included."""

from typing import get_args

import pytest

from chalicelib import methods
from chalicelib.methods import METHODS, AnyPayment, AnyPublicPayment, Instrument


@pytest.mark.parametrize("union", [AnyPayment, AnyPublicPayment, Instrument])
def test_every_method_has_a_request_a_public_one_and_something_that_is_kept(union):
    assert tuple(kind.__struct_config__.tag for kind in get_args(union)) == METHODS


@pytest.mark.parametrize("kind", get_args(Instrument), ids=lambda kind: kind.__name__)
def test_what_is_kept_is_read_back_as_it_was_and_can_be_shown(kind):
    # "qr" is one of the flows of UPI, and text elsewhere.
    instrument = kind(**{name: True if name == "international" else "qr" for name in kind.__struct_fields__})

    read = methods.load(methods.stored(instrument))

    assert read == instrument
    assert set(read.shown().values()) == {"qr"}


@pytest.mark.parametrize("kind", get_args(AnyPublicPayment), ids=lambda kind: kind.__name__)
def test_a_public_request_is_the_merchants_with_a_key(kind):
    assert issubclass(kind, get_args(AnyPayment))
    assert "key" in kind.__struct_fields__
