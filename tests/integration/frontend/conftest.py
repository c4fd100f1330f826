"""A browser for the pages' tests: Debian's chromium, driven by Playwright. Without chromium they are skipped, and say so."""

import shutil

import pytest

from tests.integration.frontend import site as sites
from tests.integration.frontend.fake_merchant import FakeMerchant

playwright_api = pytest.importorskip(
    "playwright.sync_api", reason="playwright is not installed: the pages are NOT tested"
)
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.fixture(scope="session")
def browser():
    if CHROMIUM is None:
        pytest.skip("no chromium on this machine: the pages are NOT tested")
    with playwright_api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture
def gateway():
    return FakeMerchant()


@pytest.fixture
def complaints():
    """Console errors and content policy violations fail the test that caused them."""
    noted = sites.Complaints()
    yield noted
    assert noted.unexpected() == []


@pytest.fixture
def new_page(browser, gateway, complaints):
    """new_page(width, height, **context options): a page of its own in a context of its own."""
    contexts = []

    def open_page(width=1280, height=800, **options):
        context = browser.new_context(
            viewport={"width": width, "height": height}, timezone_id="Asia/Kolkata", **options
        )
        context.set_default_timeout(8_000)
        contexts.append(context)
        sites.route(context, gateway)
        page = context.new_page()
        complaints.watch(page)
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def page(new_page):
    return new_page()
