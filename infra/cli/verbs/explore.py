"""Delivers webhooks in every order. The command is the explorer's own; it works on this command's gateway."""

import click

from infra.cli.session import session
from infra.explore.__main__ import command as explorer


def _of_this_command(param: click.Parameter) -> click.Parameter:
    """Returns the option with the default of this command: its gateway, and the --json that stands before the verb."""
    if param.name == "as_json":
        param.default = lambda: session().as_json
    if param.name == "api_base":
        param.default = lambda: session().client.api
        param.show_default = "the gateway of this folder"  # type: ignore[attr-defined]  # an option has it
    return param


command = click.Command("explore", callback=explorer.callback, help=explorer.help)
command.params = [_of_this_command(param) for param in explorer.params]
