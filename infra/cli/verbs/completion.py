"""Prints shell completion."""

import click
from click.shell_completion import get_completion_class

from infra.usage import UsageError

VARIABLE = "_GATEWAY_COMPLETE"


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def command(*, shell: str) -> None:
    """Prints the completion script for SHELL. For bash: eval "$(gateway completion bash)"."""
    kind = get_completion_class(shell)
    if kind is None:
        raise UsageError(f"No completion for {shell}.")
    click.echo(kind(click.get_current_context().find_root().command, {}, "gateway", VARIABLE).source())
