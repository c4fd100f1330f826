"""Which gateway a tool talks to: the one that `make up` runs here, or the one that the environment names."""

import json
import os

from infra.local.locks import is_locked
from infra.local.settings import UsageError, application_environment, environment, read_settings


def use_target() -> None:
    """Sets this process's environment, so that settings() and boto3 find the gateway. Call before importing chalicelib."""
    environ = environment()
    if environ.get("STAGE", "local") != "local":
        return
    settings = read_settings(environ)
    if not is_locked(settings.run_lock):
        raise UsageError("No gateway is running here; start one with `make up`, or name a deployed one with STAGE=…")
    run = json.loads(settings.run_file.read_text(encoding="utf-8"))
    os.environ.update(application_environment(environ, settings, run["endpoint"]))
