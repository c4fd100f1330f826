"""What stands in the buckets."""

import json
from pathlib import Path

import pytest

from infra.deployment import publish
from infra.deployment.publish import LAYOUT, Origins

PROD = Origins(
    "https://abc.execute-api.eu-west-1.amazonaws.com/prod", "https://pay.example.com", "https://dash.example.com"
)


@pytest.fixture
def frontend(tmp_path):
    files = {
        "dashboard/index.html": '<meta content="connect-src http://localhost:8000; frame-src http://localhost:3001">',
        "dashboard/app.js": 'const usual = "http://localhost:8000";',
        "dashboard/.hidden": "x",
        "dashboard/openapi.json": '{\n  "title": "Zahlung für ₹ 1"\n}',
        "dashboard/app/sandbox/page.js": "",
        "shared/ui.js": "",
        "checkout/checkout.html": "http://localhost:3000",
        "sdk/checkout.js": "",
        "razorpay/checkout.js": 'const CHECKOUT = "http://localhost:3001";',
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def configuration(objects):
    return json.loads(objects["config.js"].decode().removeprefix("export const config = ").removesuffix(";\n"))


def test_a_pages_policy_names_this_stages_origins_without_a_path(frontend):
    page = publish.objects("dashboard", PROD, frontend)["index.html"].decode()
    assert "connect-src https://abc.execute-api.eu-west-1.amazonaws.com;" in page
    assert "frame-src https://pay.example.com" in page
    assert "localhost" not in page


def test_a_part_may_stand_where_another_has_its_default(frontend):
    moved = Origins("http://localhost:3001", "http://localhost:3000", "http://localhost:8000")
    (frontend / "checkout/checkout.html").write_text(
        "http://localhost:8000 http://localhost:3001 http://localhost:30001"
    )

    page = publish.objects("checkout", moved, frontend)["checkout.html"]

    assert page == b"http://localhost:3001 http://localhost:3000 http://localhost:30001"


def test_scripts_are_published_as_they_are_and_find_the_api_in_the_configuration(frontend):
    objects = publish.objects("dashboard", PROD, frontend)
    assert b"http://localhost:8000" in objects["app.js"]
    urls = {"apiUrl": PROD.api, "checkoutUrl": PROD.checkout, "dashboardUrl": PROD.dashboard}
    assert configuration(objects) == {**urls, "demo": False}


def test_the_script_in_the_place_of_another_names_its_checkout(frontend):
    objects = publish.objects("checkout", PROD, frontend)
    assert objects["v1/checkout.js"] == b'const CHECKOUT = "https://pay.example.com";'


def test_json_is_published_without_white_space(frontend):
    assert publish.objects("dashboard", PROD, frontend)["openapi.json"] == '{"title":"Zahlung für ₹ 1"}'.encode()


@pytest.mark.parametrize("name", ["dashboard/app.js", "dashboard/app.css"])
def test_scripts_and_styles_lose_their_comments_and_keep_their_lines(frontend, name):
    (frontend / name).write_text(
        '/**\n * Says * what.\n */\na = /** @type {B} */ (c);\n  /* one */\nb = "/* no */"; // d\n'
    )
    published = publish.objects("dashboard", PROD, frontend)[Path(name).name].decode()
    assert published == '\n\n\na = /** @type {B} */ (c);\n\nb = "/* no */"; // d\n'


def test_only_test_stages_have_the_dashboards_sandbox(frontend):
    assert "app/sandbox/page.js" not in publish.objects("dashboard", PROD, frontend)
    assert "app/sandbox/page.js" in publish.objects("dashboard", PROD, frontend, demo=True)


def test_each_bucket_has_its_folders_and_no_hidden_file(frontend):
    assert set(publish.objects("dashboard", PROD, frontend)) == {
        "index.html", "app.js", "openapi.json", "shared/ui.js", "config.js",
    }  # fmt: skip
    assert set(publish.objects("checkout", PROD, frontend)) == {
        "checkout.html", "checkout.js", "v1/checkout.js", "shared/ui.js", "config.js",
    }  # fmt: skip


def test_the_demo_shop_is_on_test_stages_only_and_the_pages_know():
    shop = {"demo.html", "shop/shop.js", "shop/shop.css", "shop/texts.js", "page/testing.js"}
    shop |= {"bank.html", "bank/bank.js", "bank/bank.css", "bank/texts.js"}
    shop |= {f"shared/{each}" for each in ("base.css", "tokens.css", "dom.js", "format.js", "http.js", "icons.js")}
    shop |= {f"shared/{each}.js" for each in ("poll", "storage")}
    tried, real = publish.objects("checkout", PROD, demo=True), publish.objects("checkout", PROD)
    assert set(tried) - set(real) == shop
    assert configuration(tried)["demo"] is True


@pytest.mark.parametrize("bucket", LAYOUT)
def test_no_real_page_is_left_with_a_local_address(bucket):
    pages = {key: body for key, body in publish.objects(bucket, PROD).items() if key.endswith(".html")}
    assert pages
    assert [key for key, body in pages.items() if b"localhost:" in body] == []


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.js", "text/javascript; charset=utf-8"),
        ("a.html", "text/html; charset=utf-8"),
        ("a.d.mts", "text/plain; charset=utf-8"),
        ("a.svg", "image/svg+xml"),
        ("a.png", "image/png"),
        ("LICENSE", "application/octet-stream"),
    ],
)
def test_a_file_has_the_type_that_browsers_need(name, kind):
    assert publish.content_type(name) == kind
