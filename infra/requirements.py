"""What is asked for in requirements*.in, and the exact packages with the digests of their files in requirements*.txt."""

from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent


def asked_for(file: Path = ROOT / "requirements.in") -> list[Requirement]:
    """The packages that the project itself names; those of a file that it includes are left out."""
    lines = (line.partition("#")[0].strip() for line in file.read_text(encoding="utf-8").splitlines())
    return [Requirement(line) for line in lines if line and not line.startswith("-")]


def locked(file: Path = ROOT / "requirements.txt") -> dict[str, str]:
    """By "name==version", that requirement with its digests, as pip reads it. The markers are left out."""
    entries: dict[str, str] = {}
    for entry in file.read_text(encoding="utf-8").replace("\\\n", " ").splitlines():
        requirement, *digests = entry.partition("#")[0].split("--hash=")
        if requirement.strip():
            pin = _pin(Requirement(requirement.strip()))
            entries[pin] = " ".join([pin, *(f"--hash={digest.strip()}" for digest in digests)])
    return entries


def _pin(requirement: Requirement) -> str:
    return f"{canonicalize_name(requirement.name)}{requirement.specifier}"
