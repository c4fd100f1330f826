"""What CloudFront's functions make of a path, run by Node."""

import json
import shutil
import subprocess

import pytest

from infra.deployment import template

NODE = shutil.which("node")
pytestmark = pytest.mark.skipif(NODE is None, reason="no Node here")


def routed(name, path):
    code = template.load()["Resources"][f"{name}Routing"]["Properties"]["FunctionCode"]
    event = json.dumps({"request": {"uri": path}})
    ran = subprocess.run([NODE, "-p", f"{code}; handler({event}).uri"], capture_output=True, text=True, check=True)
    return ran.stdout.strip()


@pytest.mark.parametrize(
    ("path", "page"),
    [
        ("/", "/checkout.html"),
        ("/checkout.html", "/checkout.html"),
        ("/checkout", "/checkout.html"),
        ("/success/", "/success.html"),
        ("/checkout.js", "/checkout.js"),
    ],
)
def test_a_checkout_path_is_its_page_whether_or_not_cloudfront_has_put_the_root_object_in_its_place(path, page):
    assert routed("Checkout", path) == page


@pytest.mark.parametrize(
    ("path", "page"),
    [("/", "/index.html"), ("/index.html", "/index.html"), ("/dashboard/docs", "/index.html"), ("/a.js", "/a.js")],
)
def test_a_dashboard_path_without_an_extension_is_the_one_page(path, page):
    assert routed("Dashboard", path) == page
