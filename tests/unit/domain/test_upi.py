import pytest

from chalicelib.domain.upi import check_vpa, masked


@pytest.mark.parametrize(
    ("vpa", "shown"),
    [("9876543210@paytm", "98***@paytm"), ("asha@upi", "as***@upi"), ("ab@upi", "a***@upi"), ("a@upi", "***@upi")],
)
def test_a_masked_address_shows_its_owner_which_it_is_and_nobody_what_it_is(vpa, shown):
    assert masked(check_vpa(vpa)) == shown
