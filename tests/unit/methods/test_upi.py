import pytest

from chalicelib.domain.errors import BadRequest, InvalidVpa
from chalicelib.methods.upi import Flow, PayByUpi, Upi


def test_a_collect_request_goes_to_the_payers_address():
    checked = PayByUpi("order_1", "user@paytm").check(0, "USD")

    assert (checked.instrument, checked.card) == (Upi(Flow.COLLECT, "user@paytm"), None)
    assert checked.instrument.shown() == {"vpa": "user@paytm", "flow": "collect"}


@pytest.mark.parametrize("vpa", [None, "", "user", "user@pay-tm", "user@paytm\n"])
def test_a_collect_request_without_an_address_is_refused(vpa):
    with pytest.raises(InvalidVpa):
        PayByUpi("order_1", vpa).check(0, "INR")


@pytest.mark.parametrize("flow", [Flow.INTENT, Flow.QR])
def test_the_payers_app_gives_the_address_in_the_other_flows(flow):
    checked = PayByUpi("order_1", flow=flow).check(0, "INR")
    assert checked.instrument.shown() == {"vpa": None, "flow": flow}

    with pytest.raises(BadRequest, match="vpa is for flow collect only") as refused:
        PayByUpi("order_1", "user@paytm", flow).check(0, "INR")
    assert refused.value.field == "vpa"


@pytest.mark.parametrize("flow", [Flow.INTENT, Flow.QR])
def test_apps_and_codes_pay_rupees_only(flow):
    with pytest.raises(BadRequest, match="INR") as refused:
        PayByUpi("order_1", flow=flow).check(0, "USD")
    assert refused.value.field == "flow"
