import pytest

from chalicelib.api import schemas
from chalicelib.domain.errors import BadRequest
from chalicelib.methods.netbanking import Netbanking, PayByNetbanking


def test_netbanking_keeps_and_shows_the_bank():
    checked = PayByNetbanking("order_1", "HDFC").check(0, "INR")

    assert (checked.instrument, checked.card) == (Netbanking("HDFC"), None)
    assert checked.instrument.shown() == {"bank": "HDFC"}


def test_netbanking_is_for_rupees():
    with pytest.raises(BadRequest) as refused:
        PayByNetbanking("order_1", "HDFC").check(0, "USD")
    assert refused.value.field == "method"


@pytest.mark.parametrize("bank", [b'""', b'"HDF"', b'"HDFCX"', b'"hdfc"', b'"HDF1"', b'"HDFC\\n"', b"1", b"null"])
def test_a_bank_is_four_capital_letters(bank):
    with pytest.raises(BadRequest) as refused:
        schemas.parse(b'{"order_id": "o", "method": "netbanking", "bank": %s}' % bank, PayByNetbanking)
    assert refused.value.field == "bank"
