"""Where the project and its data lie on this machine, and what the environment and the settings file say."""

import os
from collections.abc import MutableMapping
from pathlib import Path

from infra.usage import UsageError

ROOT = Path(__file__).resolve().parents[1]
# The folder of the settings file and of LOCAL_FOLDER. The `gateway` command names it: an installed gateway must keep
# nothing beside its code.
FOLDER = Path(os.environ.get("GATEWAY_FOLDER") or ROOT)
# Another project's folder may hold a .env of its own, whose PORT is not meant for the gateway.
SETTINGS_FILE = FOLDER / (".env" if FOLDER == ROOT else "gateway.env")
HOST = "127.0.0.1"
_ENDPOINTS = {f"AWS_ENDPOINT_URL_{service}" for service in ("DYNAMODB", "SQS", "S3", "KMS", "CLOUDFORMATION")}
# Variables that lead away from the emulator of AWS_ENDPOINT_URL.
REAL_ACCOUNT = frozenset({"AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN"} | _ENDPOINTS)


def environment(file: Path = SETTINGS_FILE) -> dict[str, str]:
    """Returns the process's environment over the lines of the settings file, so that a variable of the shell wins.

    `make down` and `make reset` come by here too, perhaps before anything is installed. Raises UsageError.
    """
    if not file.exists():
        return dict(os.environ)
    try:
        from dotenv import dotenv_values  # noqa: PLC0415
    except ImportError:
        raise UsageError(f"{file.name} cannot be read before `make setup` has installed python-dotenv.") from None
    return {name: value or "" for name, value in dotenv_values(file).items()} | dict(os.environ)


def stay_here(environ: MutableMapping[str, str]) -> None:
    """Removes proxies and accounts from an environment, because its programs talk to this machine only."""
    for name in REAL_ACCOUNT:
        environ.pop(name, None)
    ours = [HOST, "localhost"]
    theirs = environ.get("no_proxy") or environ.get("NO_PROXY") or ""
    environ["no_proxy"] = environ["NO_PROXY"] = ",".join([*filter(None, [theirs]), *ours])
