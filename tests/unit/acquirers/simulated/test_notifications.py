from dataclasses import replace

import pytest

from chalicelib.acquirers.base import DisputeNotice, InvalidNotification, Verdict
from chalicelib.acquirers.simulated import notifications
from chalicelib.acquirers.simulated.notifications import SIGNATURE, TIMESTAMP, read, signed, signed_dispute
from chalicelib.domain import clock
from chalicelib.domain.disputes import Phase
from tests.support.stored import arn, stored

SECRET = "banksec_1"


def test_what_the_bank_has_signed_is_read():
    assert read(*signed("pay_1", "ntf_1", SECRET), SECRET).object_id == "pay_1"


@pytest.mark.parametrize(
    "forge",
    [
        lambda headers, body: (headers, body.replace(b"pay_1", b"pay_2")),
        lambda headers, body: (headers | {SIGNATURE: "0" * 64}, body),
        lambda headers, body: (headers | {SIGNATURE: "ü"}, body),
        lambda headers, body: (headers | {TIMESTAMP: str(int(headers[TIMESTAMP]) + 1)}, body),
        lambda headers, body: ({TIMESTAMP: headers[TIMESTAMP]}, body),
        lambda headers, body: ({SIGNATURE: headers[SIGNATURE]}, body),
        lambda *_: ({}, b""),
        lambda *_: signed("pay_1", "ntf_1", "another secret"),
    ],
)
def test_what_was_forged_or_altered_is_refused(forge):
    with pytest.raises(InvalidNotification, match="signature"):
        read(*forge(*signed("pay_1", "ntf_1", SECRET)), SECRET)


def test_the_stored_secret_signs_and_its_name_in_the_settings_does_not():
    name = arn("BANK_NOTIFICATION_SECRET")
    with stored(BANK_NOTIFICATION_SECRET=SECRET):
        assert read(*signed("pay_1", "ntf_1", SECRET), name).object_id == "pay_1"
        assert read(*signed("pay_1", "ntf_1", name), SECRET).object_id == "pay_1"


def test_without_a_stored_secret_nothing_is_believed():
    with stored(), pytest.raises(InvalidNotification):
        read(*signed("pay_1", "ntf_1", ""), arn("BANK_NOTIFICATION_SECRET"))


def test_without_a_secret_nothing_is_believed():
    with pytest.raises(InvalidNotification):
        read(*signed("pay_1", "ntf_1", ""), "")


@pytest.mark.parametrize("seconds", [301, -301])
def test_an_old_notification_and_one_from_the_future_are_refused(monkeypatch, seconds):
    whole = signed("pay_1", "ntf_1", SECRET)
    now = clock.wall()
    monkeypatch.setattr(clock, "wall", lambda: now + seconds)
    with pytest.raises(InvalidNotification, match="too old"):
        read(*whole, SECRET)


@pytest.mark.parametrize("timestamp", ["", "soon", "1e9", "²"])
def test_a_time_that_is_none_is_refused(timestamp):
    body = b'{"object_id":"pay_1"}'
    headers = {TIMESTAMP: timestamp, SIGNATURE: notifications._signature(timestamp, body, SECRET)}
    with pytest.raises(InvalidNotification):
        read(headers, body, SECRET)


@pytest.mark.parametrize("body", [b"", b"[]", b"7", b"{}", b'{"object_id":7}', b'{"object_id":""}', b"\xff"])
def test_a_signed_body_that_names_no_object_is_refused(body):
    timestamp = str(int(clock.wall()))
    headers = {TIMESTAMP: timestamp, SIGNATURE: notifications._signature(timestamp, body, SECRET)}
    with pytest.raises(InvalidNotification, match="body"):
        read(headers, body, SECRET)


NOTICE = DisputeNotice("case-17", "pay_1", 25_000, "not_received", Phase.FRAUD, 1_790_000_000.5, Verdict.WON)


def test_the_notice_of_a_dispute_is_read_as_it_was_signed():
    assert read(*signed_dispute(NOTICE, "ntf_1", SECRET), SECRET) == NOTICE


@pytest.mark.parametrize(
    "changes",
    [
        {"amount": 0},
        {"amount": "1"},
        {"reference": ""},
        {"phase": "war"},
        {"verdict": "maybe"},
        {"reason": None},
        {"respond_by": float("nan")},
        {"respond_by": -1.0},
    ],
)
def test_a_dispute_that_makes_no_sense_is_no_notice(changes):
    with pytest.raises(InvalidNotification, match="dispute cannot be read"):
        read(*signed_dispute(replace(NOTICE, **changes), "ntf_1", SECRET), SECRET)
