"""A failed attempt says what can be done about it."""

import pytest

from chalicelib.outbound import ErrorClass, advice


@pytest.mark.parametrize(
    "status", [100, 101, 300, 304, 400, 401, 403, 404, 405, 410, 418, 429, 451, 500, 503, 599, 999]
)
def test_every_status_has_advice_beside_the_number(status):
    detail = advice.of_status(status, None)
    assert detail.startswith(f"the receiver answered {status}: ")
    assert len(detail) > len(f"the receiver answered {status}: ") + 5


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_says_where_to_and_that_it_is_not_followed(status):
    detail = advice.of_status(status, "https://www.shop.example/hook")
    assert "https://www.shop.example/hook" in detail
    assert "not followed" in detail


@pytest.mark.parametrize("error", [e for e in ErrorClass if e not in {"status", "disabled", "refused_address"}])
def test_every_failure_has_advice_beside_what_the_system_said(error):
    assert advice.of_failure(error, "what it said").startswith("what it said: ")


@pytest.mark.parametrize("error", [ErrorClass.REFUSED_ADDRESS, ErrorClass.DISABLED])
def test_a_sentence_of_ours_stays_as_it_is(error):
    assert advice.of_failure(error, "what it said") == "what it said"
