"""What a deployment stores in Secrets Manager."""

from types import SimpleNamespace

import pytest

from chalicelib.config import NO_SECRET, from_environment
from infra.deployment import secret_values

PROD = {"STAGE": "prod", "ACQUIRER": "simulated", "ALLOW_SIMULATED_ACQUIRER": "true"}
LOCALSTACK = {"STAGE": "localstack", "BANK_NOTIFICATION_SECRET": ""}
TOKEN = "t" * 32


class Manager:
    """Secrets Manager's answers, with the secrets that the stack has made."""

    class exceptions:  # noqa: N801  # botocore's name
        ResourceNotFoundException = KeyError

    def __init__(self, **stored):
        self.stored = {f"gateway-test/{name}": value for name, value in stored.items()}

    def get_secret_value(self, SecretId):  # noqa: N803
        return {"SecretString": self.stored[SecretId]}

    def put_secret_value(self, SecretId, SecretString):  # noqa: N803
        self.stored[SecretId] = SecretString


def put(manager, environ):
    now = from_environment(environ)
    target = SimpleNamespace(environ=environ, settings=now, stack_name="gateway-test", client=lambda _: manager)
    return secret_values.put(target)


def test_an_operators_secret_is_stored_and_stored_once():
    manager = Manager()
    assert put(manager, PROD | {"ADMIN_TOKEN": TOKEN})
    assert manager.stored == {"gateway-test/ADMIN_TOKEN": TOKEN}
    assert not put(manager, PROD | {"ADMIN_TOKEN": TOKEN})


def test_a_secret_that_nobody_names_keeps_its_value():
    manager = Manager(ADMIN_TOKEN=TOKEN)
    assert not put(manager, PROD)
    assert manager.stored == {"gateway-test/ADMIN_TOKEN": TOKEN}


def test_an_empty_variable_takes_the_secret_back():
    manager = Manager(ADMIN_TOKEN=TOKEN)
    assert put(manager, PROD | {"ADMIN_TOKEN": ""})
    assert manager.stored == {"gateway-test/ADMIN_TOKEN": NO_SECRET}


def test_a_short_token_is_refused_before_it_is_stored():
    manager = Manager()
    with pytest.raises(ValueError, match="ADMIN_TOKEN"):
        put(manager, PROD | {"ADMIN_TOKEN": "x"})
    assert not manager.stored


def test_an_emulator_gets_the_settings_defaults_because_it_forgets():
    manager = Manager()
    assert put(manager, LOCALSTACK)
    assert manager.stored == {
        "gateway-test/ADMIN_TOKEN": NO_SECRET,
        "gateway-test/BANK_NOTIFICATION_SECRET": "banksec_test_abc123",
    }
    assert not put(manager, LOCALSTACK)
