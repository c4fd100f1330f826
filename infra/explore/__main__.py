"""Reads the command line of the explorer: `python -m infra.explore --url … --check …`."""

import json
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import click

from infra.explore import reports, search, sequences
from infra.explore.courier import Target, state_after
from infra.explore.flows import FLOWS, record
from infra.explore.search import Outcome
from infra.usage import UsageError

FOUND, USAGE = 1, 2
REPRODUCTION = Path("explore.json")


@click.command()
@click.option("--url", required=True, help="Your receiver's URL.")
@click.option(
    "--check", required=True, help='Prints the state, e.g. "curl -s localhost:3000/orders/{order_id}"; or a URL to GET.'
)
@click.option(
    "--webhook-secret",
    default="whsec_test_abc123",
    show_default="WEBHOOK_SECRET, or the test merchant's",
    envvar="WEBHOOK_SECRET",
    help="Sign with this secret.",
)
@click.option("--reset", default="", help="Clears the receiver's state before each sequence.")
@click.option(
    "--answered", default="", help="Tells your program the API's answer; then webhooks also arrive before it."
)
@click.option(
    "--keep-ids", is_flag=True, help="Keep the recorded ids, for a receiver that asks the API. Needs --reset."
)
@click.option("--flow", "flows", multiple=True, type=click.Choice([*FLOWS]), help="A flow; default: all.")
@click.option("--event", "events", multiple=True, help="Subscribe to this event; default: what the flow needs.")
@click.option("--limit", default=1000, show_default=True, type=click.IntRange(1), help="Sequences for each flow.")
@click.option("--seed", default=1, show_default=True, help="Draws the sequences where there are more than the limit.")
@click.option("--first", is_flag=True, help="End with the first flow in which a sequence ends in another state.")
@click.option("--api-base", default="http://localhost:8000", show_default=True, help="The gateway, a test stage.")
@click.option("--replay", type=click.Path(path_type=Path), help="Deliver the sequence in this file once.")
@click.option("--save", type=click.Path(path_type=Path), default=REPRODUCTION, show_default=True)
@click.option("--junit", type=click.Path(path_type=Path), help="Write a JUnit report.")
@click.option("--html", "page", type=click.Path(path_type=Path), help="Write an HTML report.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(  # noqa: PLR0913  # its options
    *,
    url: str,
    check: str,
    webhook_secret: str,
    reset: str,
    answered: str,
    keep_ids: bool,
    flows: Sequence[str],
    events: Sequence[str],
    limit: int,
    seed: int,
    first: bool,
    api_base: str,
    replay: Path | None,
    save: Path,
    junit: Path | None,
    page: Path | None,
    as_json: bool,
) -> None:
    """Delivers a flow's webhooks to your receiver in every order that the contract allows.

    Exit status 1: a sequence ends in another state than the same events in their order. 2: it could not be tried.
    """
    target = Target(url, check, webhook_secret, reset, answered, keep_ids)
    if keep_ids and not reset:
        raise click.UsageError("--keep-ids needs --reset, or each sequence finds the state of the one before.")
    try:
        if replay:
            sys.exit(_replay(target, replay, as_json=as_json))
        explored = (_explore(name, target, events, limit, seed, api_base, as_json) for name in flows or FLOWS)
        told = (outcome if as_json else _told(outcome) for outcome in explored)
        outcomes = list(_to_the_first(told) if first else told)
    except UsageError as error:
        click.echo(str(error), err=True)
        sys.exit(USAGE)
    for write, path in ((reports.junit, junit), (reports.page, page)):
        if path:
            write(outcomes, path)
    sys.exit(_report(outcomes, save, as_json=as_json))


def _to_the_first(outcomes: Iterable[Outcome]) -> Iterator[Outcome]:
    for outcome in outcomes:
        yield outcome
        if outcome.difference:
            return


def _told(outcome: Outcome) -> Outcome:
    click.echo(reports.text(outcome))
    return outcome


def _explore(
    name: str,
    target: Target,
    events: Sequence[str],
    limit: int,
    seed: int,
    api_base: str,
    quiet: bool,  # noqa: FBT001  # an option as the others
) -> Outcome:
    from rich.progress import Progress  # noqa: PLC0415  # slow to import, and --replay does not need it

    recording, began = record(name, api_base, events), time.monotonic()
    with Progress(transient=True, disable=quiet or not sys.stdout.isatty()) as progress:
        bar = progress.add_task(f"{name}: {', '.join(recording.names)}", total=None)
        outcome = search.explore(
            recording, target, limit, seed, lambda done, total: progress.update(bar, completed=done, total=total)
        )
    outcome.seconds = time.monotonic() - began
    return outcome


def _report(outcomes: Sequence[Outcome], save: Path, *, as_json: bool) -> int:
    """Prints the sum and saves the shortest difference of all flows. Returns the exit status."""
    delivered = sum(outcome.delivered for outcome in outcomes)
    found = [outcome for outcome in outcomes if outcome.difference]
    if found:
        reports.save(min(found, key=_disturbance), save)
    if as_json:
        flows = [reports.as_json(outcome) for outcome in outcomes]
        click.echo(_one_line({"flows": flows, "delivered": delivered, "replay": str(save) if found else None}))
    else:
        click.echo(
            f"{delivered} sequences delivered" + (f"\nReplay the shortest with --replay {save}" if found else "")
        )
    return FOUND if found else 0


def _disturbance(outcome: Outcome) -> tuple[int, ...]:
    return sequences.disturbance(outcome.difference.moves if outcome.difference else ())


def _one_line(document: object) -> str:
    return json.dumps(document, ensure_ascii=False)


def _replay(target: Target, path: Path, *, as_json: bool) -> int:
    recording, moves = reports.load(path)
    difference = search.compare(moves, lambda asked: state_after(target, recording, asked), {})
    if as_json:
        shown = reports.difference_as_json(difference, recording.names)
        click.echo(_one_line({"flow": recording.flow, "difference": shown}))
        return FOUND if difference else 0
    if difference is None:
        click.echo("The sequence ends in the same state as the same events in their order.")
        return 0
    click.echo("\n".join(reports.lines(difference, recording.names)))
    click.echo(f"in order: {difference.expected}\nthis way: {difference.found}")
    return FOUND


if __name__ == "__main__":
    command()
