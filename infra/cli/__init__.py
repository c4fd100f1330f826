"""The `gateway` command: one verb for each thing that a developer or an operator does with a gateway.

Each verb is a module of infra/cli/verbs/ with a click command named `command`. VERBS names them; the module of a verb is
imported only when the verb is used, so that `gateway --help` and shell completion are fast.
"""

import importlib
import importlib.metadata
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import click

from infra.cli.session import common_options
from infra.usage import UsageError
from payment_gateway.acts import TooSlow
from payment_gateway.client import Refused, Unreachable

# What mends a refusal, by the status of the answer.
HINTS = {
    401: "Name the keys by --key and --secret, or by GATEWAY_API_KEY and GATEWAY_API_SECRET.",
    404: "An object of another merchant is not found either: --key and --secret name the merchant.",
    429: "Wait a moment and try again.",
    503: "`gateway doctor` looks at the gateway.",
}
REFUSED, USAGE, UNREACHABLE, INTERRUPTED = 1, 2, 3, 130


@dataclass(frozen=True, slots=True)
class Verb:
    """help: the line in the list of verbs. sandbox: only test stages have the verb."""

    help: str
    sandbox: bool = False


VERBS: Mapping[str, Verb] = {
    "up": Verb("Start the whole gateway on this machine; Ctrl-C stops it."),
    "down": Verb("Stop the gateway that runs in this folder."),
    "reset": Verb("Delete all local data; the gateway must be down."),
    "doctor": Verb("Look for what is wrong on this machine, and say how to mend it."),
    "demo": Verb("Walk a payment through its whole life and print every request and answer."),
    "logs": Verb("Print the log of the gateway that runs in this folder."),
    "trace": Verb("Show where the time of a payment went: queues, the bank, webhooks."),
    "pay": Verb("Create an order and pay it.", sandbox=True),
    "refund": Verb("Refund a payment, in whole or in part."),
    "events": Verb("List events, the newest first, or show one."),
    "listen": Verb("Print events as they happen, and forward them to a server of yours."),
    "trigger": Verb("Make an event happen, with the objects that it needs.", sandbox=True),
    "rehearse": Verb("Bring about an ending that rarely happens: late success, lost answer, …", sandbox=True),
    "act": Verb("Decide what becomes of a payment, refund, dispute or settlement.", sandbox=True),
    "fault": Verb("Let the next requests of the merchant fail.", sandbox=True),
    "dispute": Verb("Dispute a payment, as the payer's bank does.", sandbox=True),
    "settle": Verb("Pay the merchant out now.", sandbox=True),
    "instruments": Verb("List the test cards, VPAs and amounts.", sandbox=True),
    "resend": Verb("Send an event again."),
    "clock": Verb("Show the stage's clock, or move it forward.", sandbox=True),
    "explore": Verb("Deliver webhooks to your receiver in every order that is allowed.", sandbox=True),
    "merchant": Verb("Create a merchant and show its keys, this once."),
    "audit": Verb("Check that all records agree; reads only."),
    "books": Verb("Export the books, or compare them with another program's."),
    "reconcile": Verb("Compare a file of the bank or of the acquirer with the ledger."),
    "redrive": Verb("Send the dead letters of a queue back to the queue."),
    "requeue": Verb("Send a job for everything that waits, as after a restore."),
    "erase": Verb("Remove a customer's personal data from a merchant's records."),
    "export": Verb("Write all data of a merchant as JSON lines."),
    "backup": Verb("Copy the tables into a file.", sandbox=True),
    "drill": Verb("Rehearse a restore: wipe the tables, restore a copy, audit.", sandbox=True),
    "completion": Verb("Print the script that completes commands in a shell."),
}


class Verbs(click.Group):
    """Finds verbs by name in VERBS and imports their modules when they are used."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # click's interface
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002  # as above
        if cmd_name not in VERBS:
            return None
        command: click.Command = importlib.import_module(f"infra.cli.verbs.{cmd_name}").command
        return common_options(command)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002  # as above
        """Writes the list from VERBS. click's own list would import every module."""
        with formatter.section("Commands"):
            formatter.write_dl(
                [(name, f"{verb.help}{' (test stages)' * verb.sandbox}") for name, verb in VERBS.items()]
            )

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            raise click.UsageError(f"{error.message} `gateway --help` lists the commands.", ctx) from None


def _version() -> str:
    """Returns the installed wheel's version. A checkout that is not installed has none."""
    try:
        return importlib.metadata.version("payment-gateway")
    except importlib.metadata.PackageNotFoundError:
        return "development"


@click.group(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(version=_version(), message="%(version)s")
def gateway() -> None:
    """Runs a payment gateway on this machine, and talks to a gateway anywhere.

    Exit status: 0 done, 1 refused or something found, 2 wrong usage, 3 no gateway answers, 130 interrupted.
    """


common_options(gateway)


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command. Returns the exit status."""
    try:
        gateway.main(arguments, prog_name="gateway", standalone_mode=False)
    except click.exceptions.Exit as end:
        return end.exit_code
    except click.ClickException as error:
        error.show()
        return USAGE if isinstance(error, click.UsageError) else error.exit_code
    except (click.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except Unreachable as error:
        return _fail(f"{error}. Start one with `gateway up`, or name one with --api-base.", UNREACHABLE)
    except (UsageError, Refused, TooSlow) as error:
        return _fail(f"{error}\n{HINTS.get(getattr(error, 'status', 0), '')}".rstrip(), REFUSED)
    return 0


def _fail(text: str, status: int) -> int:
    print(text, file=sys.stderr)
    return status
