import socket
from contextlib import closing

import pytest

from infra.local import ports
from infra.local.settings import read_settings
from infra.usage import UsageError

HOST = "127.0.0.1"


def settings(**taken):
    free = {name: str(ports.any_free_port()) for name in ("PORT", "DASHBOARD_PORT", "CHECKOUT_PORT")}
    return read_settings(free | {name: str(port) for name, port in taken.items()})


@pytest.fixture
def listener():
    with closing(socket.create_server((HOST, 0))) as server:
        yield server.getsockname()[1]


@pytest.mark.parametrize("name", ["PORT", "DASHBOARD_PORT", "CHECKOUT_PORT", "EMULATOR_PORT"])
def test_a_taken_port_is_one_sentence_with_the_port_and_its_setting(name, listener):
    with pytest.raises(UsageError) as refusal:
        ports.check(settings(**{name: listener}))
    assert str(refusal.value).startswith(f"Port {listener} is already in use")
    assert f"`{name}=" in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_free_ports_pass():
    ports.check(settings())


def test_a_listener_on_ipv6_alone_takes_the_port_too():
    try:
        server = socket.create_server(("::1", 0), family=socket.AF_INET6)
    except OSError:
        pytest.skip("this machine has no IPv6")
    with closing(server):
        assert not ports.is_free(server.getsockname()[1])


def test_the_emulator_moves_where_its_usual_port_is_taken(monkeypatch, listener):
    monkeypatch.setattr(ports, "USUAL_EMULATOR_PORT", listener)
    assert ports.emulator_port(settings()) not in {listener, 0}


def test_the_emulator_stays_where_it_is_told():
    assert ports.emulator_port(settings(EMULATOR_PORT=18999)) == 18999
