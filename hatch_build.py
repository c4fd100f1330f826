"""Gives the wheel the dependencies of requirements-local.in, so that their versions stand in one place.

hatchling loads this file when it builds a wheel.
"""

from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface

FIRST = "requirements-local.in"
INCLUDED = "-r "


def dependencies(folder: Path, name: str = FIRST) -> list[str]:
    """Returns the requirements of the file and of the files that it includes."""
    found: list[str] = []
    for text in (folder / name).read_text(encoding="utf-8").splitlines():
        line = text.partition("#")[0].strip()
        if line.startswith(INCLUDED):
            found += dependencies(folder, line.removeprefix(INCLUDED))
        elif line:
            found.append(line)
    return found


class CustomMetadataHook(MetadataHookInterface):
    def update(self, metadata: dict[str, Any]) -> None:
        metadata["dependencies"] = dependencies(Path(self.root))
