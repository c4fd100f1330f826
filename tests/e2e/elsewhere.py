"""Tests that cannot hold where the gateway runs: by what answers there, a part of the test's name and the reason."""

import pytest
import requests

MOTO = "LocalStack's DynamoDB may be moto, whose transactions are not safe when several come at once"
METHOD = "LocalStack answers methods of one's own invention by itself; on AWS and behind infra/deployment/proxy/ they get 405"
NUL = "nginx refuses a NUL in a path before anything of ours sees it"
ONE_ADDRESS = "whoever asks LocalStack, the gateway in it sees one address"
LOADING = "how fast LocalStack hands out the pages is its own affair"

INFLATING = "LocalStack hands a compressed body on as it is; API Gateway and the local edge inflate it"
FORMS = (
    "LocalStack reads a body with a form's label as a form, and a JSON document in it is lost; AWS hands it on as it is"
)

LOCALSTACK = {
    "test_twenty_equal_requests_at_once": MOTO,
    "test_of_two_payments_for_one_order_at_once": MOTO,
    "test_a_capture_happens_once_however_many_ask": MOTO,
    "test_refunds_at_once_never_exceed_the_payment": MOTO,
    "a_caller_waits_while_others_come_in": ONE_ADDRESS,
    "can_be_used_within_a_second": LOADING,
    "a_compressed_body_is_taken": INFLATING,
    "}}-application/x-www-form-urlencoded]": FORMS,
}
WITHOUT_PROXY = {"does_not_have_is_405[TRACE]": METHOD, "does_not_have_is_405[BREW]": METHOD}
BEHIND_PROXY = {"-%00]": NUL}


def answers_methods_itself(url: str) -> bool:
    """METHOD holds of it."""
    return bool(WITHOUT_PROXY.items() <= reasons(url).items())


def reasons(url: str) -> dict[str, str]:
    headers = requests.get(f"{url}/health", timeout=30).headers
    if "x-localstack" not in headers:
        return {}
    return LOCALSTACK | (BEHIND_PROXY if "nginx" in headers.get("Server", "") else WITHOUT_PROXY)


def skip(items: list[pytest.Item], url: str) -> None:
    known = reasons(url)
    for item in items:
        for part, reason in known.items():
            if part in item.name:
                item.add_marker(pytest.mark.skip(reason=reason))
