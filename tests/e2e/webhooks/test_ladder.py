"""Attempts and their times, in WEBHOOK_RETRY_INTERVALS_TEST; the cases wait together, so that all take a minute."""

from itertools import pairwise

import pytest

from tests.e2e.webhooks.servers import RawServer, Receiver, answers, drip, hang, refusing_url, reset
from tests.support.waiting import until

LADDER = [0, 5, 15, 30, 50]


class Cases:
    """What all tests of this file look at; begun together."""

    def __init__(self, gateway):
        self.merchant = gateway.merchant("ladder")
        self.receiver, self.inner = Receiver(), Receiver()
        self.receiver.scripts = {
            "/500": answers(500),
            "/302": answers(302, Location=self.inner.url("/metadata")),
            "/503": answers(503, **{"Retry-After": "8"}),
            "/410": answers(410),
        }
        self.raw = {treat.__name__: RawServer(treat) for treat in (reset, hang, drip)}
        urls = {
            "refuse": refusing_url(),
            **{name: server.url for name, server in self.raw.items()},
            **{path: self.receiver.url(path) for path in self.receiver.scripts},
        }
        self.endpoints = {name: self.merchant.endpoint(url) for name, url in urls.items()}
        self.ids = {name: self.merchant.send_test(endpoint) for name, endpoint in self.endpoints.items()}

    def shown(self, name):
        return self.merchant.delivery(self.ids[name])

    def until_attempted(self, name):
        return until(lambda: (shown := self.shown(name))["attempts"] and shown, 20)

    def close(self):
        for server in (self.receiver, self.inner, *self.raw.values()):
            server.close()


@pytest.fixture(scope="module")
def cases(gateway):
    cases = Cases(gateway)
    yield cases
    cases.close()


# What the log says: class, status.
KINDS = {
    "refuse": ("connect", None),
    "reset": ("connect", None),
    "hang": ("timeout", None),
    "drip": ("timeout", 200),
    "/302": ("status", 302),
}


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_failing_receiver_is_logged_with_its_class(cases, kind):
    entry = cases.until_attempted(kind)["attempts_log"][0]
    assert (entry["error_class"], entry["status"]) == KINDS[kind]
    assert entry["error_detail"]
    assert entry["duration_ms"] < 5500
    if kind in {"hang", "drip"}:
        assert entry["duration_ms"] >= 4900


def test_410_fails_the_delivery_at_once_and_switches_its_endpoint_off(cases):
    assert cases.until_attempted("/410")["status"] == "failed"
    endpoint = until(
        lambda: (
            (shown := cases.merchant.ask("GET", f"/webhook-endpoints/{cases.endpoints['/410']['id']}"))[
                "disabled_reason"
            ]
            and shown
        ),
        5,
    )
    assert (endpoint["enabled"], endpoint["disabled_reason"]) == (False, "The receiver answered 410 Gone")


@pytest.mark.slow
def test_a_receiver_answering_500_sees_attempts_at_0_5_15_30_and_50_seconds_then_it_has_failed(cases):
    shown = until(lambda: (shown := cases.shown("/500"))["status"] == "failed" and shown, 70, every=1)
    arrivals = cases.receiver.of("/500")
    times = [arrival.at - arrivals[0].at for arrival in arrivals]
    print("attempts at", [round(at, 2) for at in times])
    assert times == pytest.approx(LADDER, abs=1)
    assert {arrival.id for arrival in arrivals} == {cases.ids["/500"]}
    assert (shown["attempts"], len(shown["attempts_log"]), shown["next_retry_at"]) == (5, 5, None)
    assert shown["response_code"] == 500


@pytest.mark.slow
def test_retry_after_is_honoured_up_to_the_next_step(cases):
    until(lambda: cases.shown("/503")["status"] == "failed", 80, every=1)
    arrivals = cases.receiver.of("/503")
    gaps = [later.at - earlier.at for earlier, later in pairwise(arrivals)]
    assert gaps == pytest.approx([8, 10, 15, 20], abs=1)


def test_a_redirect_is_not_followed(cases):
    cases.until_attempted("/302")
    assert cases.inner.arrivals == []


@pytest.mark.slow
def test_a_manual_retry_delivers_what_has_failed_and_counts_from_0(cases):
    until(lambda: cases.shown("/500")["status"] == "failed", 70, every=1)
    before = len(cases.receiver.of("/500"))
    cases.receiver.scripts["/500"] = answers(200)
    answer = cases.merchant.ask("POST", f"/webhooks/{cases.ids['/500']}/retry")
    assert answer == {"id": cases.ids["/500"], "status": "pending", "message": "Webhook retry scheduled"}
    shown = until(lambda: (shown := cases.shown("/500"))["status"] == "success" and shown, 5)
    assert (shown["attempts"], shown["response_code"], len(shown["attempts_log"])) == (1, 200, 6)
    assert len(cases.receiver.of("/500")) == before + 1
