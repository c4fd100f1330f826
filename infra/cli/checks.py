"""Checks a machine for what keeps the gateway from running, each with the way to mend it."""

import importlib.metadata
import os
import platform
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from packaging.requirements import Requirement

from chalicelib.config import from_environment
from infra import requirements
from infra.environment import ROOT, SETTINGS_FILE
from infra.local import ports, runs
from infra.local.locks import is_locked
from infra.local.settings import LocalSettings, application_environment, read_settings
from infra.usage import UsageError, command
from payment_gateway.client import Client, Refused, Unreachable

OLDEST_PYTHON = (3, 11)
LEAST_BYTES = 500 * 2**20  # of the disk: the emulator writes its whole state anew when it ends
IN_FILES = ("requirements.in", "requirements-deploy.in", "requirements-local.in")


@dataclass(frozen=True, slots=True)
class Check:
    """mend: what to do; "" if nothing is to be done."""

    name: str
    found: str
    mend: str = ""

    @property
    def passed(self) -> bool:
        return not self.mend


def checks(environ: Mapping[str, str]) -> list[Check]:
    """Returns all checks. Skips the checks that need settings if the settings cannot be read."""
    found = [_python(), _packages(needed())]
    try:
        settings = read_settings(environ)
        from_environment(application_environment(environ, settings, endpoint=""))
    except (UsageError, ValueError) as error:
        return [*found, Check("settings", str(error), f"change it in the environment or in {SETTINGS_FILE}")]
    found.append(Check("settings", str(SETTINGS_FILE) if SETTINGS_FILE.exists() else "the defaults"))
    return [*found, _folder(settings), _disk(settings), *_running(settings)]


def _python() -> Check:
    mend = "" if sys.version_info >= OLDEST_PYTHON else "install Python 3.11 or newer and the gateway anew in it"
    return Check("Python", platform.python_version(), mend)


def needed() -> list[Requirement]:
    """Returns the packages that a run needs: as the checkout's files name them, or as the installed wheel does."""
    if (ROOT / IN_FILES[0]).exists():
        return [each for name in IN_FILES for each in requirements.asked_for(ROOT / name)]
    return [Requirement(line) for line in importlib.metadata.requires("payment-gateway") or ()]


def _packages(wanted: list[Requirement]) -> Check:
    wrong = [text for each in wanted if (text := _mismatch(each))]
    mend = "install the gateway anew (`make setup`, `pipx reinstall payment-gateway`)" if wrong else ""
    return Check("packages", "; ".join(wrong) or f"{len(wanted)} in the versions that were tested", mend)


def _mismatch(wanted: Requirement) -> str:
    if wanted.marker and not wanted.marker.evaluate({"extra": ""}):
        return ""
    try:
        there = importlib.metadata.version(wanted.name)
    except importlib.metadata.PackageNotFoundError:
        return f"{wanted.name} is missing"
    return "" if wanted.specifier.contains(there) else f"{wanted.name} is {there}, not {wanted.specifier}"


def _existing(settings: LocalSettings) -> str:
    """Returns the data folder, or the nearest folder above it that exists."""
    return str(next(each for each in (settings.folder, *settings.folder.parents) if each.exists()))


def _folder(settings: LocalSettings) -> Check:
    writable = os.access(_existing(settings), os.W_OK | os.X_OK)
    return Check(
        "folder", str(settings.folder), "" if writable else "make it writable, or name another: LOCAL_FOLDER=…"
    )


def _disk(settings: LocalSettings) -> Check:
    free = shutil.disk_usage(_existing(settings)).free
    return Check("disk", f"{free / 2**20:,.0f} MiB free", "" if free > LEAST_BYTES else "free 500 MiB")


def _ports(settings: LocalSettings) -> Iterator[Check]:
    """Yields a check for each port that a start here would take."""
    wanted = {"PORT": settings.port, "DASHBOARD_PORT": settings.dashboard_port, "CHECKOUT_PORT": settings.checkout_port}
    for name, port in wanted.items():
        if ports.is_free(port):
            yield Check(f"port {port}", "free")
        else:
            mend = f"end the program that listens there, or {name}={ports.any_free_port()} {command('up')}"
            yield Check(f"port {port}", "taken by another program", mend)


def _running(settings: LocalSettings) -> list[Check]:
    """Returns the checks of this folder's run, or of the ports if nothing runs."""
    run = runs.current(settings)
    if run:
        client = Client(run["api"])
        return [_ask("API", client, _health), _ask("workers", client, _workers)]
    if is_locked(settings.run_lock):
        return [Check("gateway", "starting, or ending", f"wait half a minute; then {command('down')}")]
    return [*_ports(settings), Check("gateway", f"not running; {command('up')} starts it")]


def _ask(name: str, client: Client, question: Callable[[Client], Check]) -> Check:
    try:
        return question(client)
    except (Refused, Unreachable) as error:
        return Check(name, str(error), f"{command('down')} and {command('up')}; `gateway logs` says why")


def _health(client: Client) -> Check:
    health = client.get("/health")
    return Check("API", f"{health['status']} at {client.api}")


def _workers(client: Client) -> Check:
    status = client.get("/test/jobs/status")
    stopped = status["worker_status"] != "running"
    if stopped:
        return Check("workers", status["worker_status"], "`gateway logs --source worker` says why")
    dead = f"{status['failed']} dead letters" if status["failed"] else ""
    return Check("workers", dead or "running", f"`gateway redrive` sends them back ({dead})" if dead else "")
