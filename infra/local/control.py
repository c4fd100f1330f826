"""`make down` and `make reset`: `python -m infra.local.control down|reset`."""

import json
import os
import shutil
import signal
import sys
import time
from contextlib import ExitStack

from infra.environment import environment
from infra.local.locks import is_locked, try_lock
from infra.local.settings import LocalSettings, read_settings
from infra.usage import UsageError, command, told

DOWN_SECONDS = 40


def down(settings: LocalSettings) -> str:
    if not is_locked(settings.supervisor_lock):
        return "Nothing is running."
    try:
        pid = json.loads(settings.run_file.read_text(encoding="utf-8"))["pid"]
    except (OSError, ValueError):
        raise UsageError("The gateway is starting or stopping; try again in a moment.") from None
    try:
        os.kill(pid, signal.SIGTERM)
    except ProcessLookupError:
        return "The gateway had just ended."
    deadline = time.monotonic() + DOWN_SECONDS
    while is_locked(settings.run_lock):
        if time.monotonic() > deadline:
            raise UsageError(f"The gateway (process {pid}) did not end within {DOWN_SECONDS} s.")
        time.sleep(0.1)
    return "Stopped."


def reset(settings: LocalSettings) -> str:
    """Deletes all local data. Holds the locks and keeps their files: a lock on a deleted file excludes no run."""
    with ExitStack() as held:
        for file in (settings.supervisor_lock, settings.run_lock):
            lock = try_lock(file)
            if lock is None:
                raise UsageError(f"The gateway is running; end it first, with Ctrl-C or `{command('down')}`.")
            held.enter_context(lock)
        shutil.rmtree(settings.state_folder, ignore_errors=True)
        for log in settings.folder.glob("*.log"):
            log.unlink()
    return f"Emptied {settings.folder}."


COMMANDS = {"down": down, "reset": reset}


@told
def main() -> int:
    print(COMMANDS[sys.argv[1]](read_settings(environment())))
    return 0


if __name__ == "__main__":
    sys.exit(main())
