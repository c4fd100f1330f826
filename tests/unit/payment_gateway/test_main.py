from pathlib import Path

import payment_gateway
from infra.environment import ROOT
from payment_gateway.__main__ import folder


def test_in_a_checkout_the_gateway_lies_beside_the_package():
    assert payment_gateway.ROOT == ROOT


def test_a_command_inside_the_checkout_uses_the_checkouts_data():
    assert folder(ROOT / "docs") == ROOT


def test_a_command_elsewhere_uses_the_folder_where_it_is_typed(tmp_path):
    assert folder(tmp_path) == tmp_path
    assert folder(Path("/")) == Path("/")
