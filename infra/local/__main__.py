"""Runs the whole gateway on this machine until Ctrl-C: `python -m infra.local`. `make up` calls it."""

import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Never

from chalicelib.config import from_environment
from infra.environment import environment, stay_here
from infra.local import ports
from infra.local.locks import try_lock
from infra.local.log import Log, to_terminal
from infra.local.settings import LocalSettings, application_environment, read_settings
from infra.local.supervisor import Supervisor
from infra.usage import UsageError, command, told

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
MOMENT = 2
HANDOVER_SECONDS = 30  # the time that the children of a killed run may take to save and end


def banner(settings: LocalSettings, endpoint: str, environ: dict[str, str], seconds: float) -> str:
    key = environ.get("TEST_API_KEY") or "key_test_abc123"
    secret = environ.get("TEST_API_SECRET") or "secret_test_xyz789"
    email = environ.get("TEST_MERCHANT_EMAIL") or "test@example.com"
    password = environ.get("TEST_DASHBOARD_PASSWORD") or "password123"
    return f"""
  API         {settings.api_origin}        X-Api-Key: {key}   X-Api-Secret: {secret}
  Dashboard   {settings.dashboard_origin}        {email} / {password}
  Shop        {settings.checkout_origin}/demo        (a demo of the embedded checkout)
  AWS         {endpoint}        (embedded emulator)
  Log         {settings.folder / "gateway.log"}

Ready in {seconds:.1f} s. Ctrl-C stops everything; what you made is kept (`{command("reset")}` empties it).
"""


@contextmanager
def only_run(settings: LocalSettings) -> Iterator[IO[str]]:
    """Yields the lock that the children inherit. Waits for a run that is ending or was killed.

    Raises UsageError while another run lives.
    """
    with _wait_for(settings.supervisor_lock, settings.run_file):
        # Other programs would read the file of a killed run as the file of this run.
        settings.run_file.unlink(missing_ok=True)
        with _wait_for(settings.run_lock, None) as inherited:
            yield inherited


def _wait_for(lock_file: Path, sign_of_life: Path | None) -> IO[str]:
    """Waits for the lock. The run file exists from "Ready" until the end begins.

    A supervisor that has lost its parent needs a moment to notice.
    """
    started = time.monotonic()
    while (lock := try_lock(lock_file)) is None:
        waited = time.monotonic() - started
        if waited > HANDOVER_SECONDS or (sign_of_life and sign_of_life.exists() and waited > MOMENT):
            raise UsageError(f"The gateway is already running (it holds {lock_file}); `{command('down')}` ends it.")
        time.sleep(0.1)
    return lock


def prepare() -> tuple[LocalSettings, dict[str, str]]:
    """Prepares the run. Raises UsageError for a setting that the application would refuse."""
    environ = environment()
    settings = read_settings(environ)
    try:
        from_environment(application_environment(environ, settings, endpoint=""))
    except ValueError as error:
        raise UsageError(f"{error}.") from None
    # The folder holds the key of the embedded KMS beside the data that the key seals.
    os.umask(0o077)
    settings.folder.mkdir(parents=True, exist_ok=True)
    settings.folder.chmod(0o700)
    return settings, environ


def run(started: float) -> None:
    settings, environ = prepare()
    with only_run(settings) as run_lock:
        ports.check(settings)
        supervisor = Supervisor(settings, environ, Log(settings.folder / "gateway.log"), run_lock)
        try:
            supervisor.start()
            to_terminal(banner(settings, supervisor.endpoint, environ, time.monotonic() - started))
            supervisor.watch()
        finally:
            for number in SIGNALS:
                signal.signal(number, signal.SIG_IGN)
            to_terminal("Stopping …")
            supervisor.stop()
            to_terminal("Stopped.")


def end(_number: int, _frame: object) -> Never:
    raise SystemExit(0)  # a signal asks for this end, so it is a success


def listen_to_signals() -> None:
    """Handles the signals that end the run. Under nohup a closed terminal does not end it."""
    for number in SIGNALS:
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, end)


@told
def main() -> int:
    started = time.monotonic()
    listen_to_signals()
    stay_here(os.environ)
    run(started)
    return 0


if __name__ == "__main__":
    sys.exit(main())
