"""Reads the settings from the environment, once. No other module of the application reads os.environ."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from functools import cache

# The id of the merchant that test stages are seeded with.
TEST_MERCHANT_ID = "550e8400-e29b-41d4-a716-446655440000"
STAGES = ("local", "localstack", "dev", "prod")
TEST_STAGES = frozenset({"local", "localstack"})
PRODUCTION_STAGES = frozenset({"prod"})
# The profiles of the simulated bank (acquirers/simulated/scripts.py).
SIMULATED_BANKS = ("instant", "slow", "silent", "flaky", "late", "challenging", "duplicate")
# A random token of this length cannot be guessed at any rate.
MIN_ADMIN_TOKEN = 32
# Secrets Manager stores no empty text, so this text stands for a secret that the operator took back.
NO_SECRET = "-"
# These values stand in this repository or in an emulator's manual, so they protect nothing.
PUBLIC_CREDENTIALS = {
    "TEST_API_KEY": "key_test_abc123",
    "TEST_API_SECRET": "secret_test_xyz789",
    "TEST_DASHBOARD_PASSWORD": "password123",
    "BANK_NOTIFICATION_SECRET": "banksec_test_abc123",
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
}


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings. Each field is the environment variable of the same name in upper case.

    Units: *_delay and processing_delay_* are milliseconds; *_rate are probabilities; rate limits are requests a second;
    card_tries_* are a payer's tries in ten minutes. requests_per_minute: of a merchant, over all processes. 0 means no
    limit. admin_token and bank_notification_secret may be the ARN of a stored secret: read them by secret_store.reveal().
    """

    stage: str = "local"
    stack_name: str = "gateway-local"
    log_level: str = "INFO"

    test_merchant_email: str = "test@example.com"
    test_api_key: str = "key_test_abc123"
    test_api_secret: str = "secret_test_xyz789"
    test_dashboard_password: str = "password123"
    test_mode: bool = False
    test_payment_success: bool = True
    test_processing_delay: int = 1000
    webhook_retry_intervals_test: bool = False

    upi_success_rate: float = 0.90
    card_success_rate: float = 0.95
    processing_delay_min: int = 5000
    processing_delay_max: int = 10000

    acquirer: str = "simulated"
    allow_simulated_acquirer: bool = False
    simulated_bank: str = "instant"
    bank_notification_secret: str = "banksec_test_abc123"
    checkout_origin: str = ""
    checkout_port: int = 3001

    rate_limit_per_key: int = 2000
    rate_limit_per_address: int = 2000
    card_tries_per_address: int = 0
    card_tries_per_card: int = 0
    requests_per_minute: int = 0
    admin_token: str = ""
    worker_lock: str = ""
    aws_xray_daemon_address: str = ""

    @property
    def is_test_stage(self) -> bool:
        """Returns whether the public test endpoints exist and webhooks may go to plain http and private addresses."""
        return self.stage in TEST_STAGES

    @property
    def checkout(self) -> str:
        """Returns the origin of the checkout's pages."""
        return self.checkout_origin.rstrip("/") or f"http://localhost:{self.checkout_port}"


SWITCH = dict.fromkeys(("1", "true", "yes", "on"), True) | dict.fromkeys(("0", "false", "no", "off"), False)


def _switch(text: str) -> bool:
    try:
        return SWITCH[text.strip().lower()]
    except KeyError:
        raise ValueError(text) from None


PARSERS: dict[type, Callable[[str], object]] = {bool: _switch, int: int, float: float, str: str}
KINDS = {bool: "true or false", int: "a whole number", float: "a number"}


def _check_ranges(now: Settings) -> None:
    """Raises ValueError that names the variable. NaN is in no range."""
    for name, value in ((field.name, getattr(now, field.name)) for field in fields(Settings)):
        if name.endswith("_rate") and not 0 <= value <= 1:
            raise ValueError(f"{name.upper()} must lie between 0 and 1, not {value}")
        if type(value) is int and value < 0:
            raise ValueError(f"{name.upper()} must not be negative, and {value} is")
    if now.processing_delay_min > now.processing_delay_max:
        raise ValueError("PROCESSING_DELAY_MIN must not be above PROCESSING_DELAY_MAX")
    if now.simulated_bank not in SIMULATED_BANKS:
        raise ValueError(f"SIMULATED_BANK must be one of {', '.join(SIMULATED_BANKS)}, not {now.simulated_bank!r}")


def _faults_of_acquirer(now: Settings) -> list[str]:
    if not now.acquirer:
        return ["ACQUIRER names no bank network"]
    if now.acquirer == "simulated" and not now.allow_simulated_acquirer:
        return ["ACQUIRER is the simulated one, which ALLOW_SIMULATED_ACQUIRER=true allows"]
    return []


def fault_of_secret(name: str, value: str) -> str:
    """Returns why a production stage must not use a secret; "" if it may. name: the variable of its setting."""
    if PUBLIC_CREDENTIALS.get(name) == value:
        return f"{name} has its public default"
    if name == "ADMIN_TOKEN" and 0 < len(value) < MIN_ADMIN_TOKEN:
        return f"{name} has fewer than {MIN_ADMIN_TOKEN} characters"
    return ""


def check_production(environ: Mapping[str, str], now: Settings) -> None:
    """Raises ValueError that names every setting which a production stage must not run with."""
    switches = [name.upper() for name in ("test_mode", "webhook_retry_intervals_test") if getattr(now, name)]
    secrets = [fault_of_secret(name, environ.get(name, "")) for name in (*PUBLIC_CREDENTIALS, "ADMIN_TOKEN")]
    emulators = [name for name in sorted(environ) if name.startswith("AWS_ENDPOINT_URL") and environ[name]]
    faults = [
        *(f"{name} is for tests" for name in switches),
        *filter(None, secrets),
        *(f"{name} names an emulator" for name in emulators),
        *_faults_of_acquirer(now),
    ]
    if faults:
        raise ValueError(f"stage {now.stage} refuses to run: {'; '.join(faults)}")


def _without_default(stage: str) -> dict[str, object]:
    """Returns the settings whose default differs between stages."""
    values: dict[str, object] = {}
    if stage in PRODUCTION_STAGES:
        values["acquirer"] = ""
    if stage not in TEST_STAGES:
        values["bank_notification_secret"] = ""
        # Everybody knows the test card numbers, and a test suite has only one address. So test stages have no limit.
        values |= {"card_tries_per_address": 30, "card_tries_per_card": 10, "requests_per_minute": 12_000}
    return values


def from_environment(environ: Mapping[str, str]) -> Settings:
    """Reads the settings of a stage from an environment.

    Raises ValueError that names the variable which cannot be read, makes no sense, or is not allowed on this stage.
    """
    values = _without_default(environ.get("STAGE") or Settings().stage)
    for field in fields(Settings):
        text = environ.get(field.name.upper(), "")
        if text == "":
            continue
        kind = type(field.default)
        try:
            values[field.name] = PARSERS[kind](text)
        except ValueError:
            raise ValueError(f"{field.name.upper()} must be {KINDS[kind]}, not {text!r}") from None
    now = Settings(**values)  # type: ignore[arg-type]  # each value was parsed to its field's type
    _check_ranges(now)
    if now.stage not in STAGES:
        raise ValueError(f"STAGE must be one of {', '.join(STAGES)}, not {now.stage!r}")
    if now.stage in PRODUCTION_STAGES:
        check_production(environ, now)
    return now


def invocation_trace() -> str:
    """Returns what Lambda says of the trace of this invocation; "" elsewhere. Lambda sets it anew for each one."""
    return os.environ.get("_X_AMZN_TRACE_ID", "")


@cache
def settings() -> Settings:
    return from_environment(os.environ)
