"""The clients for PHP, Ruby and Go, unmodified, where a folder with the client and its runtime are there.

RAZORPAY_PHP, RAZORPAY_RUBY and RAZORPAY_GO name a checkout of the client (docs/razorpay.md). Other runs skip.
"""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.e2e.client import KEY, SECRET

PROGRAMS = Path(__file__).with_name("clients")


DEBIAN_PACKAGES = "/usr/share/gocode"  # golang-github-stretchr-testify-dev, which the client for Go imports


def in_place(program):
    """Starts a program that takes the client's folder as its first argument."""
    return lambda runtime, _folder, _work: ([runtime, str(PROGRAMS / program)], {})


def go(runtime, folder, work):
    """Builds in GOPATH mode, so that nothing is fetched."""
    client = work / "src" / "github.com" / "razorpay" / "razorpay-go"
    client.parent.mkdir(parents=True)
    client.symlink_to(folder)
    paths = {"GO111MODULE": "off", "GOPATH": f"{work}:{DEBIAN_PACKAGES}"}
    return [runtime, "run", str(PROGRAMS / "client.go")], paths


# The language, which names its runtime, too -> how its program is started.
CLIENTS = {"php": in_place("client.php"), "ruby": in_place("client.rb"), "go": go}


@pytest.mark.parametrize("language", CLIENTS)
def test_the_client_makes_reads_refunds_verifies_and_is_refused(shop, paid, tmp_path, language):
    folder = os.environ.get(f"RAZORPAY_{language.upper()}")
    if not folder or not shutil.which(language):
        pytest.skip(f"RAZORPAY_{language.upper()} names no folder with the client, or {language} is not installed")
    command, more = CLIENTS[language](language, folder, tmp_path)

    asked = [*command, folder, shop.base_url, KEY, SECRET, json.dumps(paid)]
    done = subprocess.run(asked, env=os.environ | more, capture_output=True, text=True, check=False, timeout=180)

    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert shop.order.fetch(told.pop("order"))["amount"] == 50000
    assert shop.payment_link.fetch(told.pop("link"))["description"] == "A bill"
    assert told == {
        "notes": {"table": "7"},
        "refunded": 100,
        "listed": 1,
        "refused": "Order amount less than minimum amount allowed",
    }
