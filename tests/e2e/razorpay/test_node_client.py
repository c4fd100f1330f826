"""The official client for Node, unmodified. `npm ci` installs it."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from infra.environment import ROOT
from tests.e2e.client import KEY, SECRET

INSTALLED = (ROOT / "node_modules" / "razorpay").is_dir() and shutil.which("node")


@pytest.mark.skipif(not INSTALLED, reason="no Node, or no `npm ci`")
def test_the_client_for_node_does_its_part(gateway_url):
    file = Path(__file__).with_name("client.test.js")
    environ = os.environ | {"RAZORPAY_BASE_URL": gateway_url, "RAZORPAY_KEY": KEY, "RAZORPAY_SECRET": SECRET}

    done = subprocess.run(
        ["node", "--test", file], env=environ, capture_output=True, text=True, check=False, timeout=300
    )

    assert done.returncode == 0, done.stdout
