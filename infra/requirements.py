"""Reads the packages of requirements*.in, and their versions and digests in requirements*.txt."""

from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from infra.environment import ROOT


def asked_for(file: Path = ROOT / "requirements.in") -> list[Requirement]:
    """Returns the packages that the file itself names. The packages of an included file are left out."""
    lines = (line.partition("#")[0].strip() for line in file.read_text(encoding="utf-8").splitlines())
    return [Requirement(line) for line in lines if line and not line.startswith("-")]


def locked(file: Path = ROOT / "requirements.txt") -> dict[str, str]:
    """Returns each requirement with its digests, as pip reads it, by "name==version". Markers are left out."""
    entries: dict[str, str] = {}
    for entry in file.read_text(encoding="utf-8").replace("\\\n", " ").splitlines():
        requirement, *digests = entry.partition("#")[0].split("--hash=")
        if requirement.strip():
            pin = _pin(Requirement(requirement.strip()))
            entries[pin] = " ".join([pin, *(f"--hash={digest.strip()}" for digest in digests)])
    return entries


def _pin(requirement: Requirement) -> str:
    return f"{canonicalize_name(requirement.name)}{requirement.specifier}"
