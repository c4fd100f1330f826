"""Writes what was found: as text, as a file to replay, as JUnit XML and as one HTML page."""

import html
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from infra.explore import sequences
from infra.explore.recording import Recording
from infra.explore.search import Difference, Outcome
from infra.explore.sequences import Kind, Move, Moves
from infra.usage import UsageError

VERSION = 1
_STYLE = (
    "body{font:16px/1.5 system-ui;margin:2rem auto;max-width:60rem}pre{background:#f4f4f4;padding:1rem;overflow:auto}"
)


def lines(difference: Difference, names: Sequence[str]) -> list[str]:
    """Returns the steps of a difference, for a person."""
    return [f"{number}. {sequences.describe(move, names)}" for number, move in enumerate(difference.moves, start=1)]


def text(outcome: Outcome) -> str:
    """Returns the result of a flow in a few lines."""
    share = f"{outcome.delivered} of {outcome.possible} sequences in {outcome.seconds:.1f} s"
    found = outcome.difference
    if found is None:
        return f"{outcome.recording.flow}: {share}, all end in the same state"
    steps = "\n".join(f"  {line}" for line in lines(found, outcome.recording.names))
    return (
        f"{outcome.recording.flow}: {share}, and one ends in another state. The shortest:\n{steps}\n"
        f"  in order: {found.expected}\n  this way: {found.found}"
    )


def as_json(outcome: Outcome) -> dict[str, Any]:
    """Returns the result of a flow for a program."""
    return {
        "flow": outcome.recording.flow,
        "events": list(outcome.recording.names),
        "possible": outcome.possible,
        "delivered": outcome.delivered,
        "seconds": round(outcome.seconds, 3),
        "difference": difference_as_json(outcome.difference, outcome.recording.names),
    }


def difference_as_json(difference: Difference | None, names: Sequence[str]) -> dict[str, Any] | None:
    """Returns a difference for a program: its steps as text and as moves, and both states. None stays None."""
    if difference is None:
        return None
    return {
        "steps": [sequences.describe(move, names) for move in difference.moves],
        "moves": _moves(difference),
        "in_order": difference.expected,
        "this_way": difference.found,
    }


def _moves(difference: Difference) -> list[dict[str, Any]]:
    return [{"kind": str(move.kind), "event": move.event} for move in difference.moves]


def save(outcome: Outcome, path: Path) -> None:
    """Writes the shortest sequence for --replay."""
    assert outcome.difference  # noqa: S101  # only a difference is saved
    moves = _moves(outcome.difference)
    shown = {"version": VERSION, "recording": outcome.recording.as_json(), "moves": moves}
    path.write_text(json.dumps(shown, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def load(path: Path) -> tuple[Recording, Moves]:
    """Reads what `save` wrote. Raises UsageError for another file."""
    try:
        shown: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        moves = tuple(Move(Kind(move["kind"]), int(move["event"])) for move in shown["moves"])
        return Recording(**shown["recording"]), moves
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UsageError(f"{path} holds no sequence to replay: {error}") from None


def junit(outcomes: Sequence[Outcome], path: Path) -> None:
    """Writes a test case for each flow."""
    failures = sum(outcome.difference is not None for outcome in outcomes)
    suite = ET.Element("testsuite", name="gateway explore", tests=str(len(outcomes)), failures=str(failures))
    for outcome in outcomes:
        case = ET.SubElement(suite, "testcase", name=outcome.recording.flow, time=f"{outcome.seconds:.3f}")
        if outcome.difference:
            ET.SubElement(case, "failure", message="another state than in order").text = text(outcome)
        ET.SubElement(case, "system-out").text = text(outcome)
    ET.ElementTree(suite).write(path, encoding="utf-8", xml_declaration=True)


def page(outcomes: Sequence[Outcome], path: Path) -> None:
    """Writes a page that needs no other file."""
    parts = [f"<h2>{html.escape(each.recording.flow)}</h2><pre>{html.escape(text(each))}</pre>" for each in outcomes]
    head = f"<!doctype html><html lang=en><meta charset=utf-8><title>Deliveries explored</title><style>{_STYLE}</style>"
    path.write_text(f"{head}<h1>Deliveries explored</h1>{''.join(parts)}</html>\n", encoding="utf-8")
