"""Starts the emulator, the API, the workers and the page servers, keeps them running, and ends them."""

import json
import os
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path
from typing import IO

from infra.deployment import publish
from infra.environment import HOST, ROOT
from infra.local import changes, emulator, ports, stack
from infra.local.children import Child
from infra.local.locks import is_locked, try_lock
from infra.local.log import Log
from infra.local.settings import LocalSettings, application_environment
from infra.usage import UsageError, command

LOOK_EVERY = 0.5  # seconds between two looks at children and source files
START_SECONDS = 30  # after these seconds a child that does not answer counts as broken
STOP_SECONDS = 5
SAVE_SECONDS = 20  # seconds; the emulator writes its whole state when it ends
CODE = (ROOT / "app.py", ROOT / "chalicelib", ROOT / "functions")
TEMPLATE = (ROOT / "infra" / "resources",)
FRONTEND = (ROOT / "frontend",)


class Supervisor:
    """Runs `make up` once."""

    def __init__(self, settings: LocalSettings, environ: dict[str, str], log: Log, run_lock: IO[str]) -> None:
        self.settings = settings
        self.log = log
        self.parent = os.getppid()
        self.parent_is_make = "MAKELEVEL" in environ  # a shell may end and leave this process running; make must not
        users = environ.get("USERS_LOCK")
        self.users_lock = Path(users) if users else None
        self.taken: IO[str] | None = None
        self.emulator_port = ports.emulator_port(settings)
        self.endpoint = emulator.endpoint(self.emulator_port)
        settings.state_folder.mkdir(parents=True, exist_ok=True)

        def child(name: str, module: str, environment: dict[str, str]) -> Child:
            return Child(name, module, environment, log, run_lock)

        application = application_environment(environ, settings, self.endpoint)
        emulated = emulator.emulator_environment(environ, self.emulator_port, settings.state_folder)
        self.emulator = child("emulator", "infra.local.emulator", emulated)
        self.api = child("api", "infra.local.api", application)
        self.worker = child("worker", "infra.local.worker", application)
        self.pages = child("pages", "infra.local.static", application)

    # ------------------------------------------------------------ start

    def start(self) -> None:
        """Starts all parts. Raises UsageError when a part does not come up."""
        self.log.say(f"Starting the embedded AWS on port {self.emulator_port} …")
        self.emulator.start()
        if not emulator.wait_until_ready(self.emulator_port, START_SECONDS):
            raise UsageError("The embedded AWS did not start; the lines above say why.")
        self.log.say("Creating tables, queues, keys and buckets …")
        stack.create_or_update(self.endpoint, self.settings.stack_name)
        self.publish()
        self.log.say("Starting the API, the workers and the pages …")
        for child in (self.api, self.worker, self.pages):
            child.start()
        self._wait_for("API", self.api, self._api_is_healthy)
        self._wait_for("worker", self.worker, lambda: is_locked(self.settings.worker_lock))
        self._wait_for("page server", self.pages, lambda: not ports.is_free(self.settings.checkout_port))
        self._write_run_file()

    def _wait_for(self, what: str, child: Child, is_there: Callable[[], bool]) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not is_there():
            if not child.is_running():
                raise UsageError(f"The {what} ended while it started; the lines above say why.")
            if time.monotonic() > deadline:
                raise UsageError(f"The {what} did not answer within {START_SECONDS} s.")
            time.sleep(0.05)

    def _api_is_healthy(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://{HOST}:{self.settings.port}/health", timeout=5) as answer:
                return bool(answer.status == HTTPStatus.OK)
        except (urllib.error.URLError, OSError):
            return False

    def publish(self) -> None:
        names = {bucket: f"{self.settings.stack_name}-{bucket}" for bucket in publish.LAYOUT}
        origins = publish.Origins(
            self.settings.api_origin, self.settings.checkout_origin, self.settings.dashboard_origin
        )
        publish.publish(stack.client("s3", self.endpoint), names, origins, demo=True)

    def _write_run_file(self) -> None:
        """Writes the addresses of this run for `make demo`, `make redrive` and the tests."""
        run = {
            "pid": os.getpid(),
            "api": self.settings.api_origin,
            "dashboard": self.settings.dashboard_origin,
            "checkout": self.settings.checkout_origin,
            "endpoint": self.endpoint,
            "children": {each.name: each.process.pid for each in self._children() if each.process},
        }
        self.settings.run_file.write_text(json.dumps(run, indent=2), encoding="utf-8")

    # ------------------------------------------------------------ run

    def watch(self) -> None:
        """Watches until make or the last user is gone, or a signal comes.

        Raises UsageError when the emulator, and its unsaved state, is lost.
        """
        seen = {paths: changes.look(paths, {}) for paths in (CODE, TEMPLATE, FRONTEND)}
        while True:
            time.sleep(LOOK_EVERY)
            if self._is_abandoned():
                return
            self._revive()
            for paths, before in seen.items():
                seen[paths] = after = changes.look(paths, before)
                files = changes.changed(before, after)
                if files:
                    self._on_change(paths, f"{files[0].relative_to(ROOT)} changed")

    def _is_abandoned(self) -> bool:
        """Returns whether make has gone, or every process that shares the lock USERS_LOCK.

        This process keeps that lock until it ends, so that no new user takes a gateway that is ending for a live one.
        """
        if self.users_lock and self.taken is None:
            self.taken = try_lock(self.users_lock)
        return self.taken is not None or (self.parent_is_make and os.getppid() != self.parent)

    def _revive(self) -> None:
        if not self.emulator.is_running():
            raise UsageError(
                f"The embedded AWS ended by itself; `{command('up')}` starts it again with the state it saved last."
            )
        for child in (self.api, self.worker, self.pages):
            if not child.is_running() and child.may_start_again():
                self.log.say(f"The {child.name} process ended; starting it again.")
                child.start()
                self._write_run_file()

    def _on_change(self, paths: tuple[object, ...], why: str) -> None:
        if paths == FRONTEND:
            self.log.say(f"{why}: publishing the pages again.")
            self._try(self.publish)
            return
        self.log.say(f"{why}: starting the API and the workers again.")
        if paths == TEMPLATE and not self._try(lambda: stack.create_or_update(self.endpoint, self.settings.stack_name)):
            return
        for child in (self.api, self.worker):
            child.ask_to_end()
        for child in (self.api, self.worker):
            child.wait(STOP_SECONDS)
            child.start()
        self._write_run_file()

    def _try(self, follow: Callable[[], None]) -> bool:
        """Runs the step after a change. A file may be half-written or gone; the next save gives a new look."""
        try:
            follow()
        except Exception as error:  # noqa: BLE001  # the run goes on, whatever the mistake in the file
            self.log.say(f"Not taken over: {error}")
            return False
        return True

    # ------------------------------------------------------------ stop

    def _children(self) -> tuple[Child, ...]:
        return (self.emulator, self.api, self.worker, self.pages)

    def stop(self) -> None:
        """Stops the emulator last: the other children still write to it, and it saves that."""
        self.settings.run_file.unlink(missing_ok=True)
        for child in (self.api, self.worker, self.pages):
            child.ask_to_end()
        for child in (self.api, self.worker, self.pages):
            child.wait(STOP_SECONDS)
        self.emulator.ask_to_end()
        self.emulator.wait(SAVE_SECONDS)
