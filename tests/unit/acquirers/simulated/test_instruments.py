import re
from pathlib import Path

import pytest

from chalicelib.acquirers.simulated.instruments import (
    DECLINED,
    REFUND_AMOUNTS,
    SUCCEED,
    TEST_CARDS,
    TEST_VPAS,
    UPI_AMOUNTS,
)
from chalicelib.acquirers.simulated.scripts import check
from tests.support.banks import card_of

ROOT = Path(__file__).parents[4]


@pytest.mark.parametrize("table", [TEST_CARDS, TEST_VPAS, UPI_AMOUNTS, REFUND_AMOUNTS])
def test_every_script_can_be_read(table):
    for script in table.values():
        check(script)


def test_every_test_card_passes_the_checks_of_a_real_one():
    assert {card_of(number).number for number in TEST_CARDS} == set(TEST_CARDS)


def test_no_card_has_two_outcomes():
    assert len(TEST_CARDS) == len(SUCCEED) + sum(map(len, DECLINED.values())) + 6


def test_the_documentation_lists_every_card_vpa_and_amount():
    text = (ROOT / "docs/acquirers.md").read_text(encoding="utf-8")
    digits = set(re.findall(r"\d{13,19}", re.sub(r"(?<=\d) (?=\d)", "", text)))
    assert set(TEST_CARDS) <= digits
    assert all(f"`{name}@…`" in text for name in TEST_VPAS)
    assert all(str(amount) in text for amount in [*UPI_AMOUNTS, *REFUND_AMOUNTS])
