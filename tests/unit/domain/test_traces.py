"""What a caller's traceparent may say, and what the gateway writes itself."""

import pytest

from chalicelib.domain import traces
from chalicelib.domain.traces import Trace

TRACE, SPAN = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
VALID = f"00-{TRACE}-{SPAN}-01"


def test_a_valid_traceparent_is_joined():
    assert traces.parse(VALID) == Trace(TRACE, SPAN)


def test_a_later_version_may_say_more():
    assert traces.parse(f"cc-{TRACE}-{SPAN}-01-what-the-future-brings") == Trace(TRACE, SPAN)


@pytest.mark.parametrize(
    "hostile",
    [
        "",
        "00",
        VALID.upper(),
        f"ff-{TRACE}-{SPAN}-01",
        f"00-{'0' * 32}-{SPAN}-01",
        f"00-{TRACE}-{'0' * 16}-01",
        f"00-{TRACE[:-1]}-{SPAN}-01",
        f"00-{TRACE}-{SPAN}-1",
        f"00-{TRACE}-{SPAN}-0g",
        f"{VALID}-more",
        f"{VALID}\n",
        f" {VALID}",
        f"{VALID}\r\nX-Admin: yes",
        f"00-{TRACE}\x00-{SPAN}-01",
        f"cc-{TRACE}-{SPAN}-01-" + "a" * 10_000,
        f"cc-{TRACE}-{SPAN}-01-\x07",
        f"\u0660\u0660-{TRACE}-{SPAN}-01",
        VALID * 1000,
    ],
)
def test_a_traceparent_that_is_not_valid_is_nobodys(hostile):
    assert traces.parse(hostile) is None
    assert traces.parse_own(hostile) is None


@pytest.mark.parametrize("flag", ["00", "01", "ff"])
def test_the_callers_flag_does_not_decide_what_is_kept(flag):
    assert traces.parse(VALID[:-2] + flag).sampled


@pytest.mark.parametrize("sampled", [True, False])
def test_the_gateways_own_flag_comes_back(sampled):
    own = Trace(TRACE, SPAN, sampled=sampled)
    assert traces.parse_own(own.traceparent) == own


def test_a_message_may_hold_anything():
    assert traces.parse_own({"a": 1}) is None
    assert traces.parse_own(None) is None


def test_a_new_trace_is_valid_and_no_two_are_the_same():
    places = [traces.new().child() for _ in range(100)]
    assert [traces.parse_own(each.traceparent) for each in places] == places
    assert len({each.trace_id for each in places}) == len({each.span_id for each in places}) == 100


def test_a_child_stays_in_its_trace():
    above = Trace(TRACE, SPAN, sampled=False)
    child = above.child()
    assert (child.trace_id, child.sampled) == (TRACE, False)
    assert child.span_id != SPAN


def test_lambdas_trace_is_read_with_its_decision():
    header = f"Root=1-{TRACE[:8]}-{TRACE[8:]};Parent={SPAN};Sampled="
    assert traces.parse_xray(f"{header}1;Lineage=1:a:0") == Trace(TRACE, SPAN)
    assert traces.parse_xray(f"{header}0") == Trace(TRACE, SPAN, sampled=False)
    assert Trace(TRACE).xray_id == f"1-{TRACE[:8]}-{TRACE[8:]}"


@pytest.mark.parametrize(
    "header", ["", "Root=", f"Root=1-{TRACE[:8]}-{TRACE[8:]}", f"Root={TRACE};Parent={SPAN}", ";="]
)
def test_an_xray_header_without_root_and_parent_is_nobodys(header):
    assert traces.parse_xray(header) is None
