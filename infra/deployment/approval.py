"""Shows what a deployment would change, and asks before it changes a production stage."""

import sys
from collections.abc import Callable

from chalicelib.config import PRODUCTION_STAGES
from infra.deployment.aws import Target
from infra.usage import UsageError


class Planned(Exception):
    """Says that the changes were shown and that none was wanted."""


def approve(target: Target, changes: list[str], say: Callable[[str], None]) -> None:
    """Shows the changes where someone decides on them. Raises Planned with PLAN=true, and UsageError without consent.

    CONFIRM with the stack's name is consent without a question, for a pipeline whose plan was approved before.
    """
    plans = target.environ.get("PLAN", "").lower() == "true"
    if not plans and target.stage not in PRODUCTION_STAGES:
        return
    say("\n".join(["Changes:", *(f"  {change}" for change in changes)]))
    if plans:
        say("Planned; nothing was changed.")
        raise Planned
    if target.environ.get("CONFIRM") != target.stack_name and _answer(target) != target.stack_name:
        raise UsageError(
            f"Nothing was changed. To deploy these changes without a question: CONFIRM={target.stack_name}"
        )


def _answer(target: Target) -> str:
    """Returns what the person types, or "" where there is no person."""
    if not sys.stdin.isatty():
        return ""
    return input(f"Type {target.stack_name} to make these changes: ").strip()
