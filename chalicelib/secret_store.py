"""Reads the secrets that the operator keeps in AWS Secrets Manager. ADR 37 says why it is not Parameter Store."""

import time

from botocore.exceptions import ClientError

from chalicelib import aws
from chalicelib.config import NO_SECRET, PRODUCTION_STAGES, fault_of_secret, settings
from chalicelib.domain.errors import Unavailable
from chalicelib.telemetry import logger

# Seconds for which a process trusts a value, so a rotation needs no deployment.
MAX_AGE = 60
# What Secrets Manager says of a secret that was never given a value, or that is being deleted.
_WITHOUT_VALUE = frozenset({"ResourceNotFoundException", "InvalidRequestException"})

_read: dict[str, tuple[float, str]] = {}


def reveal(name: str, setting: str) -> str:
    """Returns the value of a secret setting, or "" if it has none.

    The setting holds the value itself, or the ARN of the secret that holds it. A production stage takes no stored value
    that it would refuse in its environment; the log then names the setting. name: the setting's variable, for the log.
    Raises Unavailable.
    """
    if not _is_stored(setting):
        return setting
    until, value = _read.get(setting, (0.0, ""))
    if time.monotonic() < until:
        return value
    began = time.monotonic()
    value = _accepted(name, _fetch(setting))
    _read[setting] = (began + MAX_AGE, value)
    return value


def forget() -> None:
    _read.clear()


def _is_stored(setting: str) -> bool:
    return setting.startswith("arn:") and setting.split(":")[2] == "secretsmanager"


def _fetch(arn: str) -> str:
    try:
        with aws.unavailable_on_failure("secret store"):
            value: str = aws.client("secretsmanager").get_secret_value(SecretId=arn)["SecretString"]
    except Unavailable as error:
        if isinstance(error.__cause__, ClientError) and error.__cause__.response["Error"]["Code"] in _WITHOUT_VALUE:
            return ""
        raise
    return "" if value == NO_SECRET else value


def _accepted(name: str, value: str) -> str:
    fault = fault_of_secret(name, value) if settings().stage in PRODUCTION_STAGES else ""
    if fault:
        logger.error("a stored secret is refused and counts as not set", reason=fault)
    return "" if fault else value
