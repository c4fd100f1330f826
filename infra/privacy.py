"""`gateway erase` and `gateway export`: what a person or a merchant may ask for by law. Both leave an entry in the trail."""

import getpass
import json
import os
import sys
from collections.abc import Callable
from itertools import chain
from pathlib import Path
from typing import Any

from infra.target import use_target
from infra.usage import told

OWNER_ONLY = 0o600


def erase(merchant_id: str, who: str) -> int:
    return _run(lambda: _erase(merchant_id, who))


def export(merchant_id: str, file: Path) -> int:
    return _run(lambda: _export(merchant_id, file))


@told
def _run(act: Callable[[], str]) -> int:
    use_target()
    from chalicelib.domain.errors import BadRequest, NotFound, Unavailable  # noqa: PLC0415  # reads use_target's environment

    try:
        print(act())
    except (BadRequest, NotFound) as error:
        print(f"{error.description}.", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"The file cannot be written: {error}.", file=sys.stderr)
        return 1
    except Unavailable as error:
        print(f"{error.description}. Give the same command again: it goes on.", file=sys.stderr)
        return 1
    return 0


def operator() -> str:
    """Returns who runs the command, as the trail names them."""
    return os.environ.get("OPERATOR") or getpass.getuser()


def _erase(merchant_id: str, who: str) -> str:
    from chalicelib.services.privacy import erasing  # noqa: PLC0415  # reads the environment that use_target sets

    changed = erasing.erase(merchant_id, who, operator())
    return f"Erased from {sum(changed.values())} records. {_listed(changed)}".rstrip()


def _export(merchant_id: str, file: Path) -> str:
    from chalicelib.services.privacy import exporting  # noqa: PLC0415  # as above

    lines = exporting.export(merchant_id, operator())
    first, count = next(lines), 0  # an unknown merchant leaves no file
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, OWNER_ONLY), "w", encoding="utf-8") as output:
        for kind, data in chain([first], lines):
            output.write(json.dumps({"type": kind, "data": data}, ensure_ascii=False, default=int) + "\n")
            count += 1
    return f"Exported {count} records to {file}."


def _listed(changed: dict[str, Any]) -> str:
    return ", ".join(f"{kind}: {number}" for kind, number in sorted(changed.items()))
