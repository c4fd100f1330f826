"""The first difference is shortened to what is needed for it."""

from dataclasses import replace

import pytest

from infra.explore import reports, search
from infra.explore.courier import Target
from infra.explore.recording import Recording, Run
from infra.explore.search import explore
from infra.explore.sequences import Kind, Move
from infra.usage import UsageError

BODIES = [
    '{"id":"evt_AAAAAAAAAAAAAAAA","event":"payment.success","data":{"payment":{"id":"pay_AAAAAAAAAAAAAAAA"}}}',
    '{"id":"evt_BBBBBBBBBBBBBBBB","event":"payment.captured","data":{"payment":{"id":"pay_AAAAAAAAAAAAAAAA"}}}',
    '{"id":"evt_CCCCCCCCCCCCCCCC","event":"refund.processed","data":{"refund":{"id":"rfnd_AAAAAAAAAAAAAAAA"}}}',
    '{"id":"evt_DDDDDDDDDDDDDDDD","event":"refund.failed","data":{"refund":{"id":"rfnd_BBBBBBBBBBBBBBBB"}}}',
]
SECRET = "whsec_AAAA"
RECORDING = Recording("made", BODIES)
TARGET = Target("http://127.0.0.1:1/", "true", SECRET)


def found_with(monkeypatch, state, limit=10_000):
    monkeypatch.setattr(search, "state_after", lambda _target, _recording, moves: state(moves))
    return explore(RECORDING, TARGET, limit, 1, lambda *_: None)


def last_delivered(moves):
    return str([move.event for move in moves if move.kind is not Kind.LOSE][-1])


def test_two_swapped_webhooks_are_found_as_two(monkeypatch):
    outcome = found_with(monkeypatch, last_delivered)
    assert [move.kind for move in outcome.difference.moves] == [Kind.DELIVER] * 2
    assert outcome.difference.moves[0].event > outcome.difference.moves[1].event


def test_a_repetition_that_counts_twice_is_found_as_two(monkeypatch):
    outcome = found_with(monkeypatch, lambda moves: str(sum(move.kind is Kind.REPEAT for move in moves)))
    assert [move.kind for move in outcome.difference.moves] == [Kind.DELIVER, Kind.REPEAT]
    assert (outcome.difference.expected, outcome.difference.found) == ("0", "1")


def test_a_torn_body_that_is_believed_is_found(monkeypatch):
    outcome = found_with(monkeypatch, lambda moves: str(any(move.kind is Kind.LOSE for move in moves)))
    assert sorted(move.kind for move in outcome.difference.moves) == [Kind.DELIVER, Kind.LOSE]


def test_a_receiver_without_a_mistake_gets_every_sequence(monkeypatch):
    outcome = found_with(monkeypatch, lambda moves: str(sorted({move.event for move in moves})))
    assert outcome.difference is None
    assert outcome.delivered == outcome.possible == 24 * 21


def test_a_check_that_never_says_the_same_is_refused(monkeypatch):
    counter = iter(range(1000))
    with pytest.raises(UsageError, match="another text after the same deliveries"):
        found_with(monkeypatch, lambda _: str(next(counter)))


def test_a_run_has_new_ids_and_a_right_signature_every_time():
    one, other = Run(RECORDING, SECRET), Run(RECORDING, SECRET)
    assert one.body(0) != other.body(0)
    assert one.names()["payment_id"] in one.body(0)
    assert one.body(0) == one.body(0)
    assert one.headers(0)["webhook-id"] == one.headers(0)["webhook-id"] != other.headers(0)["webhook-id"]
    assert one.headers(0)["X-Webhook-Signature"] != other.headers(0)["X-Webhook-Signature"]
    assert one.neutral(one.body(0)) == BODIES[0] == Run(RECORDING, SECRET, keep_ids=True).body(0)


def test_a_saved_sequence_is_read_again(monkeypatch, tmp_path):
    outcome = found_with(monkeypatch, last_delivered)
    file = tmp_path / "explore.json"
    reports.save(outcome, file)
    assert reports.load(file) == (RECORDING, outcome.difference.moves)
    file.write_text("{}")
    with pytest.raises(UsageError, match="no sequence to replay"):
        reports.load(file)


def test_the_reports_say_what_failed_and_what_did_not(monkeypatch, tmp_path):
    wrong = found_with(monkeypatch, last_delivered)
    right = replace(wrong, recording=replace(RECORDING, flow="<right>"), difference=None)
    reports.junit([wrong, right], tmp_path / "j.xml")
    reports.page([wrong, right], tmp_path / "p.html")
    assert 'tests="2" failures="1"' in (tmp_path / "j.xml").read_text()
    page = (tmp_path / "p.html").read_text()
    assert "&lt;right&gt;" in page
    assert "all end in the same state" in page
    assert "1. deliver" in page


def test_the_answer_is_one_of_the_things_that_come_in_any_order(monkeypatch):
    monkeypatch.setattr(search, "state_after", lambda _target, _recording, moves: str(moves[0].kind))
    outcome = explore(RECORDING, replace(TARGET, answer="true"), 1000, 1, lambda *_: None)
    assert Move(Kind.ANSWER) in outcome.difference.moves
