"""Pictures of every page and state, light and dark, from a narrow phone to a desktop, into screenshots/.

`python -m tests.e2e.screenshots [part of a name]`
"""

import sys
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.browser_fixtures import CHROMIUM
from tests.integration.frontend import site
from tests.integration.frontend.fake_merchant import FakeMerchant
from tests.integration.frontend.scenes import SCENES

SIZES = {"320": (320, 640), "390": (390, 844), "820": (820, 1180), "1440": (1440, 900)}
SCHEMES = ("light", "dark")
FOLDER = Path("screenshots")


def take(browser: Browser, name: str, size: str, scheme: str) -> None:
    gateway = FakeMerchant()
    width, height = SIZES[size]
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=scheme, reduced_motion="reduce"
    )
    site.route(context, gateway)
    page = context.new_page()
    SCENES[name][0](page, gateway)
    page.screenshot(path=FOLDER / f"{name}-{size}-{scheme}.png", full_page=True)
    context.close()


def main() -> None:
    wanted = sys.argv[1] if len(sys.argv) > 1 else ""
    FOLDER.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for name in (scene for scene in SCENES if wanted in scene):
            for size in SIZES:
                for scheme in SCHEMES:
                    take(browser, name, size, scheme)
            print(name)
        browser.close()


if __name__ == "__main__":
    main()
