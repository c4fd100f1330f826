"""Starts the gateway in this folder."""

import os
import sys
from pathlib import Path

import click

from infra.cli.session import session
from infra.environment import environment
from infra.local import runs
from infra.local.ports import any_free_port
from infra.local.settings import read_settings
from infra.usage import UsageError


@click.command()
@click.option("--detach", "-d", is_flag=True, help="Return when the gateway is ready; `gateway down` stops it.")
@click.option("--free-ports", is_flag=True, help="Use any free ports instead of 8000, 3000 and 3001.")
@click.option("--port", type=click.IntRange(1, 65535), help="The port of the API. Default: PORT, or 8000.")
@click.option(
    "--users-lock",
    type=click.Path(path_type=Path),
    help="Run while a process shares this file's lock (flock), and end when the last one is gone.",
)
def command(*, detach: bool, free_ports: bool, port: int | None, users_lock: Path | None) -> None:
    """Starts the whole gateway on this machine: API, workers, pages and embedded AWS.

    Its data is kept in .local in this folder. Settings come from the environment and from gateway.env in this folder
    (.env in a checkout).
    """
    _set_environment(free_ports=free_ports, port=port, users_lock=users_lock)
    if detach:
        _start_detached()
        return
    from infra.local.__main__ import main  # noqa: PLC0415  # imports boto3

    sys.exit(main())


def _set_environment(*, free_ports: bool, port: int | None, users_lock: Path | None) -> None:
    if free_ports:
        os.environ.update({name: str(any_free_port()) for name in runs.PORTS})
    if port:
        os.environ["PORT"] = str(port)
    if users_lock:
        os.environ["USERS_LOCK"] = str(users_lock.resolve())


def _start_detached() -> None:
    environ = {name: value for name, value in environment().items() if name != "MAKELEVEL"}
    settings = read_settings(environ)
    if runs.current(settings):
        raise UsageError("The gateway is already running here; `gateway down` ends it.")
    settings.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    output = settings.folder / "terminal.log"
    output.unlink(missing_ok=True)  # an error shows this start's lines only
    run = runs.wait(runs.launch(environ, output), settings, output)
    session().show(run, {name: run[name] for name in ("api", "dashboard", "checkout", "endpoint", "pid")})
