import dataclasses

import pytest

from chalicelib.config import Settings, from_environment

PRODUCTION = {
    "STAGE": "prod",
    "STACK_NAME": "gateway-prod",
    "ACQUIRER": "simulated",
    "ALLOW_SIMULATED_ACQUIRER": "true",
}


def test_without_an_environment_the_settings_are_the_contracts_defaults():
    now = from_environment({})
    assert now == Settings()
    assert (now.test_mode, now.test_payment_success, now.test_processing_delay) == (False, True, 1000)
    assert (now.upi_success_rate, now.card_success_rate) == (0.90, 0.95)
    assert (now.processing_delay_min, now.processing_delay_max) == (5000, 10000)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("true", True),
        ("1", True),
        (" Yes ", True),
        ("on", True),
        ("false", False),
        ("0", False),
        ("No", False),
        ("off", False),
    ],
)
def test_a_switch_is_on_or_off(text, value):
    assert from_environment({"TEST_MODE": text}).test_mode is value


def test_an_empty_variable_is_none():
    assert from_environment({"TEST_PROCESSING_DELAY": "", "STAGE": ""}) == Settings()


def test_numbers_are_numbers():
    now = from_environment({"TEST_PROCESSING_DELAY": "0", "UPI_SUCCESS_RATE": "1"})
    assert (now.test_processing_delay, now.upi_success_rate) == (0, 1.0)


@pytest.mark.parametrize("name", ["TEST_PROCESSING_DELAY", "UPI_SUCCESS_RATE", "TEST_PAYMENT_SUCCESS"])
def test_a_variable_that_does_not_parse_is_named(name):
    with pytest.raises(ValueError, match=name):
        from_environment({name: "ture"})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("UPI_SUCCESS_RATE", "95"),
        ("CARD_SUCCESS_RATE", "-0.1"),
        ("CARD_SUCCESS_RATE", "nan"),
        ("TEST_PROCESSING_DELAY", "-1"),
        ("PROCESSING_DELAY_MIN", "-5"),
        ("PROCESSING_DELAY_MIN", "10001"),
        ("PROCESSING_DELAY_MAX", "4999"),
        ("RATE_LIMIT_PER_KEY", "-1"),
    ],
)
def test_a_number_that_makes_no_sense_is_refused_by_its_name(name, value):
    with pytest.raises(ValueError, match=name):
        from_environment({name: value})


def test_settings_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        Settings().stage = "prod"


def test_a_stage_that_nobody_knows_is_refused():
    with pytest.raises(ValueError, match="'production'"):
        from_environment({"STAGE": "production"})


def test_a_production_stage_runs_with_its_own_settings():
    assert (
        from_environment(
            PRODUCTION | {"LOG_LEVEL": "WARNING", "ADMIN_TOKEN": "x" * 32, "AWS_ACCESS_KEY_ID": "AKIA"}
        ).stage
        == "prod"
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TEST_MODE", "true"),
        ("WEBHOOK_RETRY_INTERVALS_TEST", "true"),
        ("TEST_API_KEY", "key_test_abc123"),
        ("TEST_API_SECRET", "secret_test_xyz789"),
        ("TEST_DASHBOARD_PASSWORD", "password123"),
        ("BANK_NOTIFICATION_SECRET", "banksec_test_abc123"),
        ("ADMIN_TOKEN", "x"),
        ("ADMIN_TOKEN", "x" * 31),
        ("AWS_ACCESS_KEY_ID", "test"),
        ("AWS_SECRET_ACCESS_KEY", "test"),
        ("AWS_ENDPOINT_URL", "http://localhost:4566"),
        ("AWS_ENDPOINT_URL_DYNAMODB", "http://localhost:4566"),
    ],
)
def test_a_production_stage_refuses_what_is_for_tests_by_name_and_other_stages_do_not(name, value):
    with pytest.raises(ValueError, match=f"stage prod refuses to run: {name} "):
        from_environment(PRODUCTION | {name: value})
    from_environment({"STAGE": "dev", name: value})


def test_all_that_is_wrong_is_said_at_once():
    with pytest.raises(ValueError, match=r"TEST_MODE is for tests; AWS_ENDPOINT_URL names an emulator"):
        from_environment(PRODUCTION | {"TEST_MODE": "true", "AWS_ENDPOINT_URL": "http://localhost:4566"})


@pytest.mark.parametrize(("stage", "is_test"), [("local", True), ("localstack", True), ("dev", False), ("prod", False)])
def test_known_credentials_and_test_endpoints_exist_on_emulators_only(stage, is_test):
    assert from_environment(PRODUCTION | {"STAGE": stage}).is_test_stage is is_test


@pytest.mark.parametrize("stage", ["local", "localstack", "dev"])
def test_the_simulated_bank_is_the_default_where_no_money_is_real(stage):
    assert from_environment({"STAGE": stage}).acquirer == "simulated"


@pytest.mark.parametrize("acquirer", [{}, {"ACQUIRER": ""}])
def test_a_production_stage_has_no_default_bank(acquirer):
    with pytest.raises(ValueError, match="refuses to run: ACQUIRER names no bank network"):
        from_environment({"STAGE": "prod"} | acquirer)


@pytest.mark.parametrize("allowed", ["", "false"])
def test_a_production_stage_refuses_the_simulated_bank_unless_told_in_so_many_words(allowed):
    environ = PRODUCTION | {"ALLOW_SIMULATED_ACQUIRER": allowed}
    with pytest.raises(ValueError, match="ALLOW_SIMULATED_ACQUIRER=true allows"):
        from_environment(environ)
    assert from_environment(environ | {"ACQUIRER": "acme"}).acquirer == "acme"


@pytest.mark.parametrize(
    ("stage", "secret"), [("local", "banksec_test_abc123"), ("localstack", "banksec_test_abc123"), ("dev", "")]
)
def test_the_banks_public_secret_is_the_default_on_emulators_only(stage, secret):
    assert from_environment({"STAGE": stage}).bank_notification_secret == secret


def test_an_unknown_profile_of_the_simulated_bank_is_refused_with_the_known_ones():
    with pytest.raises(ValueError, match=r"SIMULATED_BANK must be one of instant, slow, .*, not 'quick'"):
        from_environment({"SIMULATED_BANK": "quick"})


@pytest.mark.parametrize(
    ("stage", "tries"), [("local", (0, 0)), ("localstack", (0, 0)), ("dev", (30, 10)), ("prod", (30, 10))]
)
def test_payers_try_cards_without_a_limit_on_test_stages_only(stage, tries):
    now = from_environment(PRODUCTION | {"STAGE": stage})
    assert (now.card_tries_per_address, now.card_tries_per_card) == tries
    own = from_environment(PRODUCTION | {"STAGE": stage, "CARD_TRIES_PER_ADDRESS": "7", "CARD_TRIES_PER_CARD": "3"})
    assert (own.card_tries_per_address, own.card_tries_per_card) == (7, 3)
