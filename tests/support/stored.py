"""Stands in for Secrets Manager below the application's own client."""

from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

from chalicelib import aws, secret_store
from chalicelib.acquirers import acquirer
from chalicelib.config import settings

EVENT = "before-call.secretsmanager.GetSecretValue"


def arn(name: str) -> str:
    return f"arn:aws:secretsmanager:us-east-1:123456789012:secret:gateway-local/{name}-AbCdEf"


class Store:
    """Holds values by the variable's name. fails: the error code with which every call is answered, if it is set."""

    def __init__(self, **values: str) -> None:
        self.values = values
        self.calls = 0
        self.fails = ""

    def answer(self, params: dict[str, Any], **_: Any) -> tuple[SimpleNamespace, dict[str, Any]]:
        self.calls += 1
        asked = params["body"].decode()
        found = next((value for name, value in self.values.items() if f"/{name}-" in asked), None)
        code = self.fails or ("ResourceNotFoundException" if found is None else "")
        if code:
            return SimpleNamespace(status_code=400), {"Error": {"Code": code, "Message": ""}}
        return SimpleNamespace(status_code=200), {"SecretString": found}


@contextmanager
def stored(**values: str) -> Iterator[Store]:
    """Puts a store in front of the client. The process has read none of it."""
    store, events = Store(**values), aws.client("secretsmanager").meta.events
    secret_store.forget()
    events.register(EVENT, store.answer)
    try:
        yield store
    finally:
        events.unregister(EVENT, store.answer)
        secret_store.forget()


@contextmanager
def settings_name_secrets() -> Iterator[None]:
    """Lets the settings of this process name the secrets, as a deployed function's do."""
    acquirer.cache_clear()  # an earlier test's may hold settings that were read anew since
    acquirer()
    now = settings()
    before = {name: getattr(now, name) for name in ("admin_token", "bank_notification_secret")}
    for name in before:
        object.__setattr__(now, name, arn(name.upper()))  # the acquirer and others hold this very object
    try:
        yield
    finally:
        for name, value in before.items():
            object.__setattr__(now, name, value)
