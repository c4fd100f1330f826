"""Pictures of every page and state, light and dark, from a narrow phone to a desktop, into screenshots/.

`python -m tests.e2e.screenshots [part of a name]`
"""

import sys
from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from tests.browser_fixtures import CHROMIUM
from tests.integration.frontend import picture_scenes, site
from tests.integration.frontend.fake_merchant import FakeMerchant
from tests.integration.frontend.scenes import SCENES

Scene = Callable[[Any, Any], None]
SIZES = {"320": (320, 640), "390": (390, 844), "820": (820, 1180), "1440": (1440, 900)}
SCHEMES = ("light", "dark")
FOLDER = Path("screenshots")
# The pictures of README.md and docs/: name to scene and size. They are small, and drawn again by `make screenshots`.
PICTURES: dict[str, tuple[Scene, tuple[int, int]]] = {
    "checkout-card": (SCENES["checkout-card"][0], (1000, 640)),
    "checkout-qr": (SCENES["checkout-qr"][0], (1000, 640)),
    "payment": (picture_scenes.payment, (1200, 800)),
    "sandbox": (picture_scenes.sandbox, (1200, 800)),
}
PICTURE_FOLDER = Path("docs/pictures")


def take(browser: Browser, scene: Scene, size: tuple[int, int], scheme: str, path: Path, *, whole: bool = True) -> None:
    gateway = FakeMerchant()
    width, height = size
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=scheme, reduced_motion="reduce"
    )
    site.route(context, gateway)
    page = context.new_page()
    scene(page, gateway)
    page.screenshot(path=path, full_page=whole)
    context.close()


def main() -> None:
    wanted = sys.argv[1] if len(sys.argv) > 1 else ""
    for folder in (FOLDER, PICTURE_FOLDER):
        folder.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for name, scheme in product((each for each in SCENES if wanted in each), SCHEMES):
            for size, pixels in SIZES.items():
                take(browser, SCENES[name][0], pixels, scheme, FOLDER / f"{name}-{size}-{scheme}.png")
            print(name, scheme)
        for name, scheme in product((each for each in PICTURES if wanted in each), SCHEMES):
            take(browser, *PICTURES[name], scheme, PICTURE_FOLDER / f"{name}-{scheme}.png", whole=False)
        browser.close()


if __name__ == "__main__":
    main()
