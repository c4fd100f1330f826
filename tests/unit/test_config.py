import dataclasses

import pytest

from chalicelib.config import Settings, from_environment


def test_without_an_environment_the_settings_are_the_contracts_defaults():
    now = from_environment({})
    assert now == Settings()
    assert (now.test_mode, now.test_payment_success, now.test_processing_delay) == (False, True, 1000)
    assert (now.upi_success_rate, now.card_success_rate) == (0.90, 0.95)
    assert (now.processing_delay_min, now.processing_delay_max) == (5000, 10000)


@pytest.mark.parametrize(
    ("text", "value"),
    [("true", True), ("1", True), (" Yes ", True), ("on", True), ("false", False), ("0", False), ("x", False)],
)
def test_a_switch_is_on_or_off(text, value):
    assert from_environment({"TEST_MODE": text}).test_mode is value


def test_an_empty_variable_is_none():
    assert from_environment({"TEST_PROCESSING_DELAY": "", "STAGE": ""}) == Settings()


def test_numbers_are_numbers():
    now = from_environment({"TEST_PROCESSING_DELAY": "0", "UPI_SUCCESS_RATE": "1"})
    assert (now.test_processing_delay, now.upi_success_rate) == (0, 1.0)


@pytest.mark.parametrize("name", ["TEST_PROCESSING_DELAY", "UPI_SUCCESS_RATE"])
def test_a_variable_that_does_not_parse_is_named(name):
    with pytest.raises(ValueError, match=name):
        from_environment({name: "soon"})


@pytest.mark.parametrize(("stage", "is_test"), [("local", True), ("localstack", True), ("dev", False), ("prod", False)])
def test_only_local_stages_are_test_stages(stage, is_test):
    assert from_environment({"STAGE": stage}).is_test_stage is is_test


def test_settings_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        Settings().stage = "prod"
