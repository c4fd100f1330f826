"""`python -m infra.local`: the whole gateway on this machine, until Ctrl-C. `make up` calls it."""

import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Never

from infra.local import ports
from infra.local.locks import try_lock
from infra.local.log import Log
from infra.local.settings import LocalSettings, UsageError, environment, read_settings
from infra.local.supervisor import Supervisor

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
HANDOVER_SECONDS = 30  # how long the children of a killed run may take to save and end


def banner(settings: LocalSettings, endpoint: str, environ: dict[str, str], seconds: float) -> str:
    key = environ.get("TEST_API_KEY") or "key_test_abc123"
    secret = environ.get("TEST_API_SECRET") or "secret_test_xyz789"
    email = environ.get("TEST_MERCHANT_EMAIL") or "test@example.com"
    password = environ.get("TEST_DASHBOARD_PASSWORD") or "password123"
    return f"""
  API         {settings.api_origin}        X-Api-Key: {key}   X-Api-Secret: {secret}
  Dashboard   {settings.dashboard_origin}        {email} / {password}
  Checkout    {settings.checkout_origin}/checkout
  AWS         {endpoint}        (embedded emulator)
  Log         {settings.folder / "gateway.log"}

Ready in {seconds:.1f} s. Ctrl-C stops everything; what you made is kept (`make reset` empties it).
"""


@contextmanager
def only_run(settings: LocalSettings) -> Iterator[IO[str]]:
    """Yields the lock that the children inherit; refuses when another run is alive, waits for one that was killed to end."""
    own = try_lock(settings.supervisor_lock)
    if own is None:
        raise UsageError(f"The gateway is already running from {settings.folder}; `make down` stops it.")
    with own, _run_lock(settings) as inherited:
        yield inherited


def _run_lock(settings: LocalSettings) -> IO[str]:
    if lock := try_lock(settings.run_lock):
        return lock
    print("Waiting for the processes of the run before to end …", flush=True)
    deadline = time.monotonic() + HANDOVER_SECONDS
    while time.monotonic() < deadline:
        time.sleep(0.2)
        if lock := try_lock(settings.run_lock):
            return lock
    raise UsageError(f"Processes of the run before still hold {settings.run_lock}.")


def run(started: float) -> None:
    environ = environment()
    settings = read_settings(environ)
    with only_run(settings) as run_lock:
        ports.check(settings)
        supervisor = Supervisor(settings, environ, Log(settings.folder / "gateway.log"), run_lock)
        try:
            supervisor.start()
            print(banner(settings, supervisor.endpoint, environ, time.monotonic() - started), flush=True)
            supervisor.watch()
        finally:
            for number in SIGNALS:
                signal.signal(number, signal.SIG_IGN)
            print("Stopping …", flush=True)
            supervisor.stop()
            print("Stopped.", flush=True)


def end(number: int, _frame: object) -> Never:
    raise SystemExit(0 if number == signal.SIGTERM else 128 + number)


def main() -> int:
    started = time.monotonic()
    for number in SIGNALS:
        signal.signal(number, end)
    try:
        run(started)
    except UsageError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
