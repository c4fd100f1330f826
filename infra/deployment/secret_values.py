"""Puts values into the stack's secrets, straight into Secrets Manager."""

from typing import Any

from chalicelib.config import NO_SECRET
from infra.deployment import package
from infra.deployment.aws import Target


def put(target: Target) -> bool:
    """Stores the secrets that the deployment's environment names. Returns whether one changed.

    A test stage has a value for each: an emulator forgets, and its settings have defaults. Elsewhere a secret without a
    variable keeps its value.
    """
    named = [
        name for name in sorted(package.SECRETS) if target.settings.is_test_stage or name.upper() in target.environ
    ]
    client = target.client("secretsmanager") if named else None
    changed = [_put(client, target, name) for name in named]
    return any(changed)


def _put(client: Any, target: Target, name: str) -> bool:
    secret_id = f"{target.stack_name}/{name.upper()}"
    value = getattr(target.settings, name) or NO_SECRET
    if _present(client, secret_id) == value:
        return False
    client.put_secret_value(SecretId=secret_id, SecretString=value)
    return True


def _present(client: Any, secret_id: str) -> str:
    try:
        return str(client.get_secret_value(SecretId=secret_id)["SecretString"])
    except client.exceptions.ResourceNotFoundException:
        return ""
