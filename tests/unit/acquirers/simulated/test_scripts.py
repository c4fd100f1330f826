import pytest

from chalicelib.acquirers.simulated.scripts import PROFILES, STEPS, Script, check, parse
from chalicelib.config import SIMULATED_BANKS


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("", Script()),
        ("approve", Script(outcome="approve")),
        ("decline", Script(outcome="PAYMENT_FAILED")),
        ("decline LOST_CARD", Script(outcome="LOST_CARD")),
        ("wait 2s, approve", Script(wait=2, outcome="approve")),
        ("silence 20m,approve", Script(silence=1200, outcome="approve")),
        ("working  0.5h", Script(working=1800)),
        ("challenge, duplicate, flaky", Script(challenge=True, duplicate=True, flaky=True)),
        ("decline CARD_DECLINED, then approve after 30s", Script(outcome="CARD_DECLINED", turns_after=30)),
        ("approve, refund decline", Script(outcome="approve", refund="decline")),
        ("refund silence", Script(refund="silence")),
        ("late", Script(outcome="PAYMENT_TIMED_OUT", turns_after=30)),
    ],
)
def test_a_script_is_read_and_written(text, script):
    assert parse(text) == script
    assert parse(str(script)) == script


@pytest.mark.parametrize(
    "text",
    [
        "aprove", "Approve", "approve,", ",", "silence", "silence 20", "silence -1s", "silence 20 m", "decline lost_card",
        "then approve", "wait 2s wait 3s", "approve; decline", "slow, approve",
    ],
)  # fmt: skip
def test_a_step_that_does_not_exist_is_refused_with_the_list_of_those_that_do(text):
    with pytest.raises(ValueError, match="is no step of a bank script") as refused:
        check(text)
    assert all(step in str(refused.value) for step in STEPS)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("decline NO_MONEY", "'NO_MONEY' is no decline code. The codes are: PAYMENT_FAILED"),
        ("approve, decline", "'decline' contradicts or repeats"),
        ("wait 2s, wait 3s", "'wait 3s' contradicts or repeats"),
        ("then approve after 30s", "needs a 'decline CODE'"),
        ("approve, then approve after 30s", "needs a 'decline CODE'"),
        ("silence 4d", "'silence 4d' is longer than three days"),
    ],
)
def test_a_script_that_makes_no_sense_is_refused_with_the_reason(text, reason):
    with pytest.raises(ValueError, match=reason):
        check(text)


def test_every_profile_is_a_script_and_every_setting_a_profile():
    assert tuple(PROFILES) == SIMULATED_BANKS
    for name in PROFILES:
        check(name)


@pytest.mark.parametrize(
    ("text", "at_once"),
    [
        ("approve", True), ("decline LOST_CARD", True), ("wait 1s, approve", True), ("wait 3s, approve", False),
        ("flaky, approve", False), ("challenge", False), ("silence 1s", False), ("working 1s", False), ("late", False),
    ],
)  # fmt: skip
def test_only_what_ends_in_the_first_call_need_not_be_remembered(text, at_once):
    assert parse(text).ends_within(2) is at_once
