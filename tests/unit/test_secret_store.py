"""A secret is read from its setting, or from Secrets Manager where the setting names it, and rotates by itself."""

from dataclasses import replace

import pytest

from chalicelib import secret_store
from chalicelib.config import NO_SECRET, settings
from chalicelib.domain.errors import Unavailable
from chalicelib.secret_store import MAX_AGE, reveal
from tests.support.stored import arn, stored

TOKEN = "t" * 32
ADMIN = arn("ADMIN_TOKEN")


@pytest.fixture
def now(monkeypatch):
    class Clock:
        at = 1000.0

        def monotonic(self):
            return self.at

    clock = Clock()
    monkeypatch.setattr(secret_store, "time", clock)
    return clock


@pytest.fixture
def production(monkeypatch):
    there = replace(settings(), stage="prod")
    monkeypatch.setattr(secret_store, "settings", lambda: there)


@pytest.mark.parametrize("value", ["", TOKEN, "arn:of:nothing", "banksec_test_abc123"])
def test_a_value_in_the_environment_is_the_secret_and_nobody_is_asked(value):
    with stored() as store:
        assert reveal("ADMIN_TOKEN", value) == value
    assert store.calls == 0


def test_a_stored_secret_is_asked_for_once_while_it_is_fresh(now):
    with stored(ADMIN_TOKEN=TOKEN) as store:
        seen = {reveal("ADMIN_TOKEN", ADMIN) for _ in range(3)}
        now.at += MAX_AGE - 0.1
        seen.add(reveal("ADMIN_TOKEN", ADMIN))
    assert (seen, store.calls) == ({TOKEN}, 1)


def test_a_rotated_secret_is_taken_within_the_age_without_a_deployment(now):
    with stored(ADMIN_TOKEN=TOKEN) as store:
        assert reveal("ADMIN_TOKEN", ADMIN) == TOKEN
        store.values["ADMIN_TOKEN"] = "n" * 32
        now.at += MAX_AGE
        assert reveal("ADMIN_TOKEN", ADMIN) == "n" * 32


@pytest.mark.parametrize("values", [{}, {"ADMIN_TOKEN": NO_SECRET}])
def test_a_secret_that_was_never_given_or_was_taken_back_is_none_and_is_remembered_too(values):
    with stored(**values) as store:
        assert [reveal("ADMIN_TOKEN", ADMIN) for _ in range(3)] == ["", "", ""]
    assert store.calls == 1


def test_each_secret_has_its_own_value():
    with stored(ADMIN_TOKEN=TOKEN, BANK_NOTIFICATION_SECRET="b"):
        assert reveal("ADMIN_TOKEN", ADMIN) == TOKEN
        assert reveal("BANK_NOTIFICATION_SECRET", arn("BANK_NOTIFICATION_SECRET")) == "b"


@pytest.mark.parametrize("code", ["AccessDeniedException", "ThrottlingException", "InternalServiceError"])
def test_a_store_that_does_not_answer_is_no_empty_secret(code, now):
    with stored(ADMIN_TOKEN=TOKEN) as store:
        store.fails = code
        with pytest.raises(Unavailable):
            reveal("ADMIN_TOKEN", ADMIN)
        store.fails = ""
        assert reveal("ADMIN_TOKEN", ADMIN) == TOKEN


@pytest.mark.parametrize(
    ("name", "value"), [("ADMIN_TOKEN", "x" * 31), ("BANK_NOTIFICATION_SECRET", "banksec_test_abc123")]
)
def test_a_production_stage_takes_no_stored_value_that_protects_nothing_and_says_why(name, value, production, caplog):
    with stored(**{name: value}):
        assert reveal(name, arn(name)) == ""
    [record] = caplog.records
    assert name in record.reason
    assert value not in str(vars(record))


@pytest.mark.parametrize(
    ("name", "value"), [("ADMIN_TOKEN", TOKEN), ("BANK_NOTIFICATION_SECRET", "short, but the bank's")]
)
def test_a_production_stage_takes_what_protects(name, value, production):
    with stored(**{name: value}):
        assert reveal(name, arn(name)) == value
