"""Runs dynoxide, a DynamoDB in Rust on SQLite. Its queries stay fast on long partitions, so growth is measured on it.

`npm install --no-save @dynoxide/linux-x64` puts it where this module finds it. `python -m infra.bench.dynoxide` is the
child. It deletes no expired items; the application checks the items' times.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError

from infra.deployment import template
from infra.environment import HOST, ROOT
from infra.local import stack
from infra.local.lifeline import end_with_parent

BINARY = ROOT / "node_modules" / "@dynoxide" / "linux-x64" / "dynoxide"
PORT_VARIABLE, FOLDER_VARIABLE = "DYNOXIDE_PORT", "DYNOXIDE_FOLDER"
# The properties of a table in CloudFormation that CreateTable takes too. Others, such as encryption, exist only on AWS.
PARAMETERS = ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode")


def is_installed() -> bool:
    return BINARY.exists()


def endpoint(port: int) -> str:
    return f"http://{HOST}:{port}"


def child_environment(base: Mapping[str, str], port: int, folder: Path) -> dict[str, str]:
    return dict(base) | {PORT_VARIABLE: str(port), FOLDER_VARIABLE: str(folder)}


def create_tables(url: str, stack_name: str, seconds: float = 10) -> None:
    """Creates the missing tables of the template. Waits for the server. Raises RuntimeError if it does not come up."""
    client = stack.client("dynamodb", url)
    present = _tables(client, time.monotonic() + seconds)
    for resource in template.load()["Resources"].values():
        if resource["Type"] == "AWS::DynamoDB::Table":
            properties = resource["Properties"]
            name = template.physical_name(properties["TableName"], stack_name)
            if name not in present:
                known = {key: properties[key] for key in PARAMETERS if key in properties}
                client.create_table(TableName=name, **known)


def _tables(client: Any, deadline: float) -> set[str]:
    while True:
        try:
            return set(client.list_tables()["TableNames"])
        except BotoCoreError:
            if time.monotonic() > deadline:
                raise RuntimeError("dynoxide did not start") from None
            time.sleep(0.05)


def main() -> None:
    end_with_parent()
    database = Path(os.environ[FOLDER_VARIABLE]) / "dynamodb.sqlite"
    command = [str(BINARY), "serve", "--host", HOST, "--port", os.environ[PORT_VARIABLE], "--db-path", str(database)]
    process = subprocess.Popen(command)
    signal.signal(signal.SIGTERM, lambda *_: process.terminate())
    sys.exit(max(process.wait(), 0))


if __name__ == "__main__":
    main()
