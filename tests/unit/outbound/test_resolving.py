"""Names and addresses: what a URL leads to is checked before anything is connected, and stays what was checked."""

import socket
import time

import pytest

from chalicelib.domain.errors import BadRequest
from chalicelib.outbound import check_url, resolving
from tests.unit.outbound.sending import SHORT, SLACK, send


def resolving_to(*addresses):
    return lambda _host, _port: list(addresses)


def unknown(_host, _port):
    raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")


def test_an_unknown_name_is_classed_as_dns():
    assert send("http://nowhere.example/", resolver=unknown).error_class == "dns"
    assert send("http://nowhere.example/", resolver=resolving_to()).error_class == "dns"


def test_a_resolver_that_hangs_does_not_exceed_the_deadline():
    def hanging(_host, _port):
        time.sleep(SHORT * 10)
        return ["127.0.0.1"]

    attempt = send("http://slow.example/", resolver=hanging)
    assert attempt.error_class == "timeout"
    assert "resolve" in attempt.error_detail
    assert attempt.duration_ms < (SHORT + SLACK) * 1000


def test_the_connection_goes_to_the_checked_address_under_the_urls_name(answering):
    receiver = answering()
    attempt = send(f"http://shop.example:{receiver.port}/", resolver=resolving_to("127.0.0.1"))
    assert attempt.succeeded
    assert f"Host: shop.example:{receiver.port}".encode() in receiver.requests[0]


def test_a_dead_first_address_leaves_time_for_the_next(answering):
    receiver = answering()
    attempt = send(f"http://shop.example:{receiver.port}/", resolver=resolving_to("::1", "127.0.0.2", "127.0.0.1"))
    assert attempt.succeeded


INNER = [
    "127.0.0.1",
    "10.0.0.1",
    "169.254.169.254",
    "::1",
    "::ffff:127.0.0.1",
    "64:ff9b::7f00:1",
    "fe80::1%lo",
]


@pytest.mark.parametrize("address", INNER)
def test_a_name_that_resolves_inside_is_refused_before_any_connection(address, monkeypatch):
    monkeypatch.setattr(socket, "create_connection", lambda *_: pytest.fail("connected"))
    for answer in [(address,), ("8.8.8.8", address), (address, "8.8.8.8")]:
        attempt = send("https://shop.example/", allow_private=False, resolver=resolving_to(*answer))
        assert (attempt.status, attempt.error_class) == (None, "dns")
        assert "no public address" in attempt.error_detail
        assert address not in attempt.error_detail
        assert not any(kind in attempt.error_detail for kind in ("private", "loopback", "link-local"))


def test_a_name_that_turns_bad_after_the_check_is_refused_when_delivering(monkeypatch):
    answers = iter([["8.8.8.8"], ["127.0.0.1"]])
    monkeypatch.setattr(socket, "create_connection", lambda *_: pytest.fail("connected"))

    def rebinding(_host, _port):
        return next(answers)

    check_url("https://shop.example/", allow_private=False, resolver=rebinding)
    assert send("https://shop.example/", allow_private=False, resolver=rebinding).error_class == "dns"


def test_one_look_up_serves_both_check_and_connection(monkeypatch):
    """A second look-up would be the rebinding: the second answer here is loopback."""
    answers = iter([["8.8.8.8"], ["127.0.0.1"]])
    connected = []

    def remember(address, _timeout):
        connected.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "create_connection", remember)
    send("https://shop.example/", allow_private=False, resolver=lambda *_: next(answers))
    assert connected == [("8.8.8.8", 443)]


def test_a_url_that_is_no_longer_allowed_is_a_logged_failure():
    attempt = send("http://127.0.0.1/", allow_private=False)
    assert attempt.error_class == "refused_address"
    assert "https://" in attempt.error_detail


INSIDE_OR_NOWHERE = [unknown, resolving_to(), resolving_to("10.0.0.1"), resolving_to("8.8.8.8", "10.0.0.1")]


def test_a_name_that_resolves_inside_looks_like_a_name_that_does_not_exist():
    attempts = [send("https://a.example/", allow_private=False, resolver=each) for each in INSIDE_OR_NOWHERE]
    assert len({(attempt.error_class, attempt.error_detail) for attempt in attempts}) == 1


@pytest.mark.parametrize("resolver", INSIDE_OR_NOWHERE)
def test_setting_a_url_that_leads_inside_or_nowhere_is_refused_in_the_same_words(resolver):
    with pytest.raises(BadRequest, match=r"^The webhook URL's host has no public address$") as refused:
        check_url("https://shop.example/", allow_private=False, resolver=resolver)
    assert refused.value.field == "url"


def unanswered(_host, _port):
    raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")


@pytest.mark.parametrize("resolver", [unanswered, resolving_to("8.8.8.8")])
def test_setting_a_url_waits_for_no_name_server(resolver):
    check_url("https://shop.example/", allow_private=False, resolver=resolver)


def test_a_name_server_that_does_not_answer_is_classed_as_dns():
    attempt = send("https://shop.example/", allow_private=False, resolver=unanswered)
    assert attempt.error_class == "dns"
    assert attempt.error_detail.startswith("Temporary failure in name resolution: check")


def test_setting_a_local_url_looks_nothing_up():
    check_url("http://host.docker.internal:4000/", allow_private=True, resolver=lambda *_: pytest.fail("looked up"))


def test_in_a_container_localhost_is_the_container_and_then_the_machine_that_it_runs_on(monkeypatch):
    names = {"localhost": ["127.0.0.1"], resolving.MACHINE: ["172.17.0.1"], "shop.example": ["8.8.8.8"]}
    monkeypatch.setattr(resolving, "system_resolver", lambda host, _: list(names[host]))
    in_container = resolving.resolver_of("localstack")

    assert in_container("localhost", 80) == ["127.0.0.1", "172.17.0.1"]
    assert in_container("shop.example", 80) == ["8.8.8.8"]


def test_localhost_without_a_name_for_the_machine_is_localhost(monkeypatch):
    def of_hosts(host, _):
        if host == resolving.MACHINE:
            raise socket.gaierror(socket.EAI_NONAME, "unknown")
        return ["127.0.0.1"]

    monkeypatch.setattr(resolving, "system_resolver", of_hosts)
    assert resolving.container_resolver("localhost", 80) == ["127.0.0.1"]


@pytest.mark.parametrize("stage", ["local", "dev", "prod"])
def test_only_localstack_looks_for_the_machine_of_a_container(stage):
    assert resolving.resolver_of(stage) is resolving.system_resolver
