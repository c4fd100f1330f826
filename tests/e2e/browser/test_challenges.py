"""A 401 asks for credentials (WWW-Authenticate). The browser must not open a window of its own for them on the dashboard."""

import pytest


@pytest.fixture
def challenged(new_page):
    """A page, and the URLs for which the browser was about to open its window."""
    page, urls = new_page(), []
    session = page.context.new_cdp_session(page)

    def note(event):
        urls.append(event["request"]["url"])
        session.send(
            "Fetch.continueWithAuth",
            {"requestId": event["requestId"], "authChallengeResponse": {"response": "CancelAuth"}},
        )

    session.on("Fetch.authRequired", note)
    session.on(
        "Fetch.requestPaused", lambda event: session.send("Fetch.continueRequest", {"requestId": event["requestId"]})
    )
    session.send("Fetch.enable", {"handleAuthRequests": True})
    return page, urls


def field(page, name):
    return page.locator(f'[data-test-id="{name}"]')


def test_a_failed_sign_in_is_told_by_the_dashboard_alone(stack, challenged, complaints):
    complaints.expect("401")
    page, urls = challenged
    page.goto(f"{stack.dashboard}/login")
    field(page, "email-input").fill(stack.email)
    field(page, "password-input").fill("wrong")
    with page.expect_response("**/auth/session") as answer:
        field(page, "login-button").click()

    assert (answer.value.status, answer.value.headers["www-authenticate"]) == (401, 'Basic realm="payment-gateway"')
    page.locator("[role=alert]:visible").first.wait_for()
    assert urls == []


@pytest.mark.parametrize("credentials", ["omit", "same-origin"])
def test_a_token_that_has_ended_opens_no_window(stack, challenged, complaints, credentials):
    complaints.expect("401")
    page, urls = challenged
    page.goto(f"{stack.dashboard}/login")
    ask = (
        "([url, credentials]) => fetch(url, {headers: {Authorization: 'Bearer x'}, credentials}).then((a) => a.status)"
    )
    assert page.evaluate(ask, [f"{stack.api}/api/v1/orders", credentials]) == 401
    assert urls == []


def test_who_opens_the_api_itself_is_asked_for_key_and_secret(stack, challenged, complaints):
    complaints.expect("401")
    page, urls = challenged
    page.goto(f"{stack.api}/api/v1/orders")
    assert urls == [f"{stack.api}/api/v1/orders"]
