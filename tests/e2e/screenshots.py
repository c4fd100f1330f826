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
# The pictures of README.md and docs/: scene to size. They are small, and drawn again by `make screenshots`.
PICTURES = {"checkout-card": (1000, 640), "checkout-qr": (1000, 640)}
PICTURE_FOLDER = Path("docs/pictures")


def take(browser: Browser, name: str, size: tuple[int, int], scheme: str, path: Path, *, whole: bool = True) -> None:
    gateway = FakeMerchant()
    width, height = size
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=scheme, reduced_motion="reduce"
    )
    site.route(context, gateway)
    page = context.new_page()
    SCENES[name][0](page, gateway)
    page.screenshot(path=path, full_page=whole)
    context.close()


def main() -> None:
    wanted = sys.argv[1] if len(sys.argv) > 1 else ""
    for folder in (FOLDER, PICTURE_FOLDER):
        folder.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for name in (scene for scene in SCENES if wanted in scene):
            for scheme in SCHEMES:
                for size, pixels in SIZES.items():
                    take(browser, name, pixels, scheme, FOLDER / f"{name}-{size}-{scheme}.png")
                if name in PICTURES:
                    picture = PICTURE_FOLDER / f"{name}-{scheme}.png"
                    take(browser, name, PICTURES[name], scheme, picture, whole=False)
            print(name)
        browser.close()


if __name__ == "__main__":
    main()
