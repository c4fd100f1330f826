"""A browser for the pages' tests, in front of a gateway in memory."""

import pytest

from tests.browser_fixtures import browser, complaints
from tests.integration.frontend import site
from tests.integration.frontend.fake_merchant import FakeMerchant

__all__ = ["browser", "complaints"]


@pytest.fixture
def gateway():
    """A gateway in memory whose every request and answer the OpenAPI document has to allow."""
    fake = FakeMerchant()
    yield fake
    assert [each for each in fake.drift if not any(part in each for part in fake.expected_drift)] == []


@pytest.fixture
def new_page(browser, gateway, complaints):  # pytest's way of asking for a fixture
    """Opens a page in a context of its own: width, height, and what Playwright's new_context takes."""
    contexts = []

    def open_page(width=1280, height=800, **options):
        context = browser.new_context(
            viewport={"width": width, "height": height}, timezone_id="Asia/Kolkata", **options
        )
        context.set_default_timeout(8_000)
        contexts.append(context)
        site.route(context, gateway)
        page = context.new_page()
        complaints.watch(page)
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def page(new_page):
    return new_page()
