"""Debian's chromium, driven by Playwright, and what it complains of. Where it is missing tests are skipped, and say so.

Debian's chromium-headless-shell is the same engine without windows. It takes half of the CPU time for a page, so the
tests prefer it.
"""

import shutil

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
WITHOUT_WINDOWS = shutil.which("chromium-headless-shell") or CHROMIUM


class Complaints(list):
    """What the console, the page and the content policy complain of. A test that expects some says so with `expect`."""

    def __init__(self):
        super().__init__()
        self.expected = []

    def expect(self, *parts):
        self.expected += parts

    def watch(self, page):
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.append(f"page error: {error}"))

    def _hear(self, message):
        if message.type in {"error", "warning"}:
            self.append(f"{message.text} {message.location.get('url')}")

    def unexpected(self):
        return [text for text in self if not any(part in text for part in self.expected)]


@pytest.fixture(scope="session")
def browser():
    playwright_api = pytest.importorskip("playwright.sync_api", reason="no playwright: the pages are NOT tested")
    if WITHOUT_WINDOWS is None:
        pytest.skip("no chromium on this machine: the pages are NOT tested")
    with playwright_api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=WITHOUT_WINDOWS, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture
def complaints():
    """Console errors and content policy violations fail the test that caused them."""
    noted = Complaints()
    yield noted
    assert noted.unexpected() == []
