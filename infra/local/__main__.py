"""`python -m infra.local`: the whole gateway on this machine, until Ctrl-C. `make up` calls it."""

import json
import signal
import sys
import time
from typing import IO, Never

from infra.local import ports
from infra.local.locks import is_alive, try_lock
from infra.local.log import Log
from infra.local.settings import LocalSettings, UsageError, environment, read_settings
from infra.local.supervisor import Supervisor

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


def take_run_lock(settings: LocalSettings) -> IO[str]:
    """Waits for the children of a run that was killed; refuses when another run is alive."""
    deadline = time.monotonic() + HANDOVER_SECONDS
    told = False
    while (lock := try_lock(settings.run_lock)) is None:
        if time.monotonic() > deadline or _another_run_is_alive(settings):
            raise UsageError(
                f"The gateway is already running from {settings.folder}: use it, or stop it with `make down`."
            )
        if not told:
            print("Waiting for the processes of the run before to end …", flush=True)
            told = True
        time.sleep(0.2)
    return lock


def _another_run_is_alive(settings: LocalSettings) -> bool:
    try:
        pid = json.loads(settings.run_file.read_text(encoding="utf-8"))["pid"]
    except (OSError, ValueError, KeyError):
        return False
    return is_alive(pid)


def run(started: float) -> None:
    environ = environment()
    settings = read_settings(environ)
    run_lock = take_run_lock(settings)
    ports.check(settings)
    supervisor = Supervisor(settings, environ, Log(settings.folder / "gateway.log"), run_lock)
    try:
        supervisor.start()
        print(banner(settings, supervisor.endpoint, environ, time.monotonic() - started), flush=True)
        supervisor.watch()
    finally:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        print("Stopping …", flush=True)
        supervisor.stop()
        print("Stopped.", flush=True)


def end(number: int, _frame: object) -> Never:
    raise SystemExit(0 if number == signal.SIGTERM else 128 + number)


def main() -> int:
    started = time.monotonic()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, end)
    try:
        run(started)
    except UsageError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
