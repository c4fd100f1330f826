"""Delivers webhooks in every order. The command is the explorer's own; it works on this command's gateway."""

import click

from infra.cli.parameters import Url
from infra.cli.session import session
from infra.explore.__main__ import command as explorer


def _of_this_command(param: click.Parameter) -> click.Parameter:
    """Returns the option as this command has it: its gateway, the --json before the verb, and a checked address."""
    if param.name == "url":
        param.type = Url()
    if param.name == "as_json":
        param.default = lambda: session().as_json
    if param.name == "api_base":
        param.default = lambda: session().client.api
        param.show_default = "the gateway of this folder"  # type: ignore[attr-defined]  # an option has it
    return param


command = click.Command("explore", callback=explorer.callback, help=explorer.help)
command.params = [_of_this_command(param) for param in explorer.params]
