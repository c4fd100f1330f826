"""Checks the ports before anything starts, so that a taken port gives a sentence and not a traceback."""

import socket

from infra.environment import HOST
from infra.local.settings import USUAL_EMULATOR_PORT, LocalSettings
from infra.usage import UsageError, command


def is_free(port: int) -> bool:
    """Returns whether the port is free. A listener on ::1 takes it too: browsers ask there for localhost."""
    return not _answers(socket.AF_INET, HOST, port) and not _answers(socket.AF_INET6, "::1", port) and _binds(port)


def _answers(family: socket.AddressFamily, host: str, port: int) -> bool:
    try:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.settimeout(1)
            return probe.connect_ex((host, port)) == 0
    except OSError:  # a machine without IPv6
        return False


def _binds(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def any_free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
    return port


def check(settings: LocalSettings) -> None:
    """Raises UsageError for the first port that is taken."""
    wanted = {
        "PORT": settings.port,
        "DASHBOARD_PORT": settings.dashboard_port,
        "CHECKOUT_PORT": settings.checkout_port,
        "EMULATOR_PORT": settings.emulator_port,
    }
    for name, port in wanted.items():
        if port and not is_free(port):
            raise UsageError(
                f"Port {port} is already in use: stop the program that listens on it, or choose another port "
                f"with {name}=… (for example `{name}={any_free_port()} {command('up')}`)."
            )


def emulator_port(settings: LocalSettings) -> int:
    if settings.emulator_port:
        return settings.emulator_port
    return USUAL_EMULATOR_PORT if is_free(USUAL_EMULATOR_PORT) else any_free_port()
