"""Who is answered on this machine's own ports."""

import asyncio
import socket

import pytest

from infra.local.emulator import SERVICES, emulator_environment, for_programs_only
from infra.local.loopback import listen, names_loopback

OWN = [
    "localhost",
    "LocalHost:4566",
    "127.0.0.1",
    "127.0.0.1:1",
    "[::1]:4566",
    "bucket.s3.localhost:4566",
    "host.docker.internal:8000",
]
OTHERS = [
    "",
    "evil.test",
    "localhost.evil.test",
    "127.0.0.1.nip.io",
    "10.0.0.1",
    "127.0.0.1:x",
    "localhost:1 evil",
    "x@localhost",
]


@pytest.mark.parametrize("host", OWN)
def test_this_machine_has_these_names(host):
    assert names_loopback(host)


@pytest.mark.parametrize("host", [*OTHERS, "localhost\n", "127.0.0.1\nevil"])
def test_no_other_name_is_this_machines(host):
    assert not names_loopback(host)


def test_a_port_is_listened_on_in_both_families_where_there_are_two():
    sockets = listen(0)
    try:
        assert {one.getsockname()[0] for one in sockets} in ({"127.0.0.1", "::1"}, {"127.0.0.1"})
        assert len({one.getsockname()[1] for one in sockets}) == 1
    finally:
        for one in sockets:
            one.close()


def test_a_machine_without_ipv6_is_listened_on_all_the_same(monkeypatch):
    create = socket.create_server

    def without_ipv6(address, family=socket.AF_INET, **how):
        if family == socket.AF_INET6:
            raise OSError("Address family not supported by protocol")
        return create(address, family=family, **how)

    monkeypatch.setattr(socket, "create_server", without_ipv6)
    (only,) = listen(0)
    only.close()


def asked(headers, kind="http"):
    """The statuses that an emulator behind the guard answers with: 200 where it was reached."""
    sent = []

    async def emulator(_scope, _receive, send):
        await send({"type": "http.response.start", "status": 200})

    async def send(message):
        sent.append(message)

    scope = {"type": kind, "headers": [(name.encode(), value.encode()) for name, value in headers.items()]}
    asyncio.run(for_programs_only(emulator)(scope, None, send))
    return [message["status"] for message in sent if "status" in message]


@pytest.mark.parametrize("host", OWN)
def test_a_program_reaches_the_embedded_aws(host):
    assert asked({"host": host, "x-amz-target": "DynamoDB_20120810.ListTables"}) == [200]


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.test"},
        {"origin": "null"},
        {"origin": "http://localhost:3000"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-mode": "no-cors"},
        {"sec-fetch-site": "none"},
        *({"host": host} for host in OTHERS),
    ],
    ids=str,
)
def test_a_page_does_not_reach_the_embedded_aws(headers):
    assert asked({"host": "127.0.0.1:4566"} | headers) == [403]


def test_the_embedded_aws_is_told_of_its_start_and_end():
    assert asked({}, kind="lifespan") == [200]


def test_the_embedded_aws_has_no_service_that_runs_what_it_is_given(tmp_path):
    assert emulator_environment({"SERVICES": "lambda"}, 1, tmp_path)["SERVICES"] == SERVICES
    assert set(SERVICES.split(",")) == {"cloudformation", "dynamodb", "kms", "s3", "sqs"}
