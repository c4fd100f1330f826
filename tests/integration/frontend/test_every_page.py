"""What holds for every page in every state: accessible, quiet in the console, no wider than a phone, light on the wire."""

import gzip
import re

import pytest

from infra.deployment import publish
from tests.integration.frontend.scenes import SCENES
from tests.integration.frontend.site import FRONTEND

pytest.importorskip("playwright.sync_api")
axe_module = pytest.importorskip(
    "axe_playwright_python.sync_playwright", reason="axe is not installed: accessibility is NOT tested"
)

KILOBYTE = 1024
BUDGETS = {"checkout": 45, "dashboard": 110}
SOURCES = sorted(file for file in FRONTEND.rglob("*") if file.is_file())
NOT_LOADED = ("checkout.js", "checkout.mjs", "checkout.d.mts", "v1/")  # what merchants' pages load
ANOTHER_LANGUAGE = ("page/texts/hi.js",)  # loaded in place of English
WIDTH = 120


def violations(page):
    found = axe_module.Axe().run(page).response["violations"]
    return [(each["id"], [node["target"] for node in each["nodes"]]) for each in found]


@pytest.mark.parametrize("name", SCENES)
def test_axe_finds_nothing_to_complain_of_in_light_or_dark_and_a_narrow_phone_is_wide_enough(
    new_page, gateway, complaints, name
):
    scene, expected = SCENES[name]
    complaints.expect(*expected)
    page = new_page(color_scheme="light", reduced_motion="reduce")
    scene(page, gateway)
    assert violations(page) == []
    page.emulate_media(color_scheme="dark")
    assert violations(page) == []
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") == 320


@pytest.mark.parametrize("site", BUDGETS)
def test_all_of_a_site_stays_within_its_weight(site):
    published = publish.objects(site, publish.Origins())
    loaded = [
        content for key, content in published.items() if not key.startswith(NOT_LOADED) and key not in ANOTHER_LANGUAGE
    ]
    assert sum(len(gzip.compress(content)) for content in loaded) <= BUDGETS[site] * KILOBYTE


def test_no_file_is_long():
    assert [file.name for file in SOURCES if file.suffix != ".json" and len(file.read_text().splitlines()) > 300] == []


def test_no_line_of_a_script_is_wide():
    scripts = [file for file in SOURCES if file.suffix in {".js", ".mjs", ".mts", ".ts"}]
    wide = [
        f"{file.name}:{number}"
        for file in scripts
        for number, line in enumerate(file.read_text().splitlines(), start=1)
        if len(line) > WIDTH
    ]
    assert wide == []


@pytest.mark.parametrize("page", [file for file in SOURCES if file.suffix == ".html"], ids=lambda file: file.name)
def test_a_page_has_a_strict_policy_and_nothing_inline(page):
    text = page.read_text()
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', text)[1]
    assert "default-src 'none'; script-src 'self'; style-src 'self'" in policy
    assert "unsafe" not in policy
    assert not re.search(r"<style|<script(?![^>]* src=)|\sstyle=|\son\w+=", text)


def test_no_script_makes_markup_out_of_text():
    scripts = "".join(file.read_text() for file in SOURCES if file.suffix in {".js", ".mjs"})
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function", scripts)


def test_colours_show_in_browsers_without_light_dark_and_none_is_forgotten_in_the_dark():
    light, dark = (FRONTEND / "shared/tokens.css").read_text().split("@media (prefers-color-scheme: dark)")
    assert "light-dark(" not in "".join(file.read_text() for file in SOURCES if file.suffix == ".css").replace(
        "No light-dark()", ""
    )
    colours = re.compile(r"(--[\w-]+): [^;]*(?:#|rgb)")
    same_in_both = {"--on-accent", "--shadow", "--shadow-high"}
    assert set(colours.findall(light)) - set(colours.findall(dark)) == same_in_both
