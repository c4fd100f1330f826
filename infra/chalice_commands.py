"""Refuses Chalice's own commands where they cannot work with this project, before they do half of it."""

import os
import socket
import sys
from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from chalicelib.config import TEST_STAGES

ANSWER_SECONDS = 2


def check() -> None:
    """Ends the process with status 1 and says why on stderr, if the command cannot work."""
    if fault := fault_of(sys.argv[1:], os.environ):
        print(fault, file=sys.stderr, flush=True)
        os._exit(1)  # `chalice local` imports the application in a thread, and sys.exit would end this thread only


def fault_of(command: Sequence[str], environ: Mapping[str, str]) -> str:
    """Returns what to do instead of the command, or "" for a command that works."""
    stage = _stage(command, environ)
    if {"package", "deploy"} & {*command}:
        return (
            "Chalice alone does not know the functions, tables, queues and roles of infra/resources/: what it makes "
            f"cannot be deployed. Use `make package STAGE={stage}` or `make deploy STAGE={stage}`."
        )
    return _fault_of_server(stage, environ) if "local" in command and stage in TEST_STAGES else ""


def _stage(command: Sequence[str], environ: Mapping[str, str]) -> str:
    """Reads the stage from the command line, because Chalice puts it into the environment for some commands only."""
    for option, value in zip(command, [*command[1:], ""], strict=True):
        if option == "--stage":
            return value
        if option.startswith("--stage="):
            return option.partition("=")[2]
    return environ.get("STAGE") or "dev"  # Chalice's default


def _fault_of_server(stage: str, environ: Mapping[str, str]) -> str:
    endpoint = environ.get("AWS_ENDPOINT_URL", "")
    if endpoint and _answers(endpoint):
        return ""
    found = f"nothing answers at AWS_ENDPOINT_URL={endpoint}" if endpoint else "AWS_ENDPOINT_URL is not set"
    return (
        f"`chalice local` serves the API beside an emulator that has the tables of stage {stage}, and {found}. "
        "`make up` starts the whole gateway and needs nothing else. docs/deployment.md has the variables for "
        "`chalice local`."
    )


def _answers(endpoint: str) -> bool:
    try:
        address = urlsplit(endpoint)
        socket.create_connection((address.hostname or "", address.port or 80), ANSWER_SECONDS).close()
    except (OSError, ValueError):
        return False
    return True
