"""Starts the `gateway` command: `python -m payment_gateway` is the same."""

import os
import sys
from pathlib import Path

from payment_gateway import ROOT


def folder(here: Path) -> Path:
    """Returns the folder of the gateway's data: the checkout for a command inside it, otherwise the present folder."""
    return ROOT if here.is_relative_to(ROOT) else here


def main() -> int:
    # Set before infra is imported, which reads it. A command that another command starts keeps its folder.
    os.environ.setdefault("GATEWAY_FOLDER", str(folder(Path.cwd().resolve())))
    sys.path.insert(0, str(ROOT))
    from infra.cli import main as command  # noqa: PLC0415  # found only now

    return command()


if __name__ == "__main__":
    sys.exit(main())
