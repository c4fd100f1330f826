"""What goes wrong because of how a tool was called."""


class UsageError(Exception):
    """Something the person who typed the command can change; its text is the whole answer."""
