"""Finds the gateway that a tool works on: the gateway that `make up` runs here, or the gateway in the environment."""

import os

from infra.deployment.aws import read_target
from infra.environment import environment, stay_here
from infra.local import runs
from infra.local.settings import application_environment, read_settings
from infra.usage import UsageError, command


def use_target() -> None:
    """Sets the environment so that settings() and boto3 find the gateway. Call it before importing chalicelib."""
    environ = environment()
    if (stage := environ.get("STAGE", "local")) != "local":
        read_target(stage)
        return
    stay_here(os.environ)
    settings = read_settings(environ)
    run = runs.current(settings)
    if run is None:
        raise UsageError(
            f"No gateway is running here; start one with `{command('up')}`, or name a deployed one with STAGE=…"
        )
    os.environ.update(application_environment(environ, settings, run["endpoint"]))
