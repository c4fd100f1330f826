import re
from collections import Counter

from chalicelib.domain import ids


def test_an_id_is_a_prefix_and_sixteen_letters_and_digits():
    assert re.fullmatch(r"pay_[A-Za-z0-9]{16}", ids.new_id("pay"))


def test_an_id_has_the_length_that_was_asked_for():
    assert len(ids.new_id("secret", 40)) == len("secret_") + 40


def test_ids_do_not_repeat():
    assert len({ids.new_id("pay") for _ in range(10_000)}) == 10_000


def test_every_character_is_as_likely_in_every_place():
    places = zip(*(ids.new_id("p")[2:] for _ in range(20_000)), strict=True)
    expected = 20_000 / len(ids.ALPHABET)
    for place in places:
        seen = Counter(place)
        chi_squared = sum((seen[c] - expected) ** 2 / expected for c in ids.ALPHABET)
        assert chi_squared < 150  # 61 degrees of freedom: once in 10^8


def test_an_id_asks_for_randomness_once(monkeypatch):
    asked = []
    monkeypatch.setattr(ids, "random_bytes", lambda n: asked.append(n) or b"\x01" * n)
    ids.new_id("pay")
    assert asked == [24]
