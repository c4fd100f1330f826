import inspect

import pytest

from chalicelib.domain import errors as domain
from chalicelib.domain.errors import Reason
from chalicelib.razorpay import errors

CODES = {"BAD_REQUEST_ERROR", "GATEWAY_ERROR", "SERVER_ERROR"}


def kinds(kind=domain.GatewayError):
    yield kind
    for each in kind.__subclasses__():
        yield from kinds(each)


def instance(kind):
    needed = [each for each in inspect.signature(kind).parameters.values() if each.default is each.empty]
    return kind(*(1 if each.annotation is int else "number" for each in needed))


@pytest.mark.parametrize("kind", sorted(set(kinds()), key=lambda kind: kind.__name__), ids=lambda kind: kind.__name__)
def test_every_error_of_the_services_has_one_of_the_three_codes(kind):
    body = errors.translated(instance(kind)).body()["error"]

    assert body["code"] in CODES
    assert body.keys() >= {"code", "description", "source", "step", "reason", "metadata"}


def test_another_merchants_object_and_an_unknown_one_are_a_bad_request():
    answer = errors.translated(domain.NotFound("Order"))

    assert (answer.status, answer.description) == (400, "The id provided does not exist")


def test_a_reason_has_the_sentence_that_applications_compare():
    refused = domain.BadRequest("Payment not in capturable state", reason=Reason.NOT_CAPTURABLE)

    sentence = "Only payments which have been authorized and not yet captured can be captured"
    assert errors.translated(refused).description == sentence


def test_links_have_errors_of_another_shape():
    assert errors.Answer("No", "amount").body(plain=True) == {
        "error": {
            "code": "BAD_REQUEST_ERROR", "description": "No", "metadata": [], "reason": None, "source": None, "step": None
        }
    }  # fmt: skip
