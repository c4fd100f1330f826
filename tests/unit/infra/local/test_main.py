"""What `make up` does before it starts anything."""

import os
import stat

import pytest

from infra.local import __main__ as local
from infra.usage import UsageError


@pytest.fixture
def prepare(tmp_path, monkeypatch):
    before = os.umask(0o022)
    folder = tmp_path / ".local"

    def prepare(**environ):
        monkeypatch.setattr(local, "environment", lambda: {"LOCAL_FOLDER": str(folder)} | environ)
        return local.prepare()[0].folder

    yield prepare
    os.umask(before)


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_what_it_keeps_is_readable_by_its_owner_only(prepare):
    folder = prepare()
    (folder / "emulator").mkdir()
    (folder / "emulator" / "kms.json").write_text("{}")
    assert (mode(folder), mode(folder / "emulator"), mode(folder / "emulator" / "kms.json")) == (0o700, 0o700, 0o600)


def test_a_folder_of_an_older_run_is_closed_as_well(prepare, tmp_path):
    (tmp_path / ".local").mkdir(mode=0o755)
    assert mode(prepare()) == 0o700


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("TEST_MODE", "maybe", "TEST_MODE must be true or false, not 'maybe'."),
        ("TEST_MODE", "true # a note", "TEST_MODE must be true or false, not 'true # a note'."),
        ("TEST_PROCESSING_DELAY", "1s", "TEST_PROCESSING_DELAY must be a whole number, not '1s'."),
        ("UPI_SUCCESS_RATE", "90%", "UPI_SUCCESS_RATE must be a number, not '90%'."),
        ("CARD_SUCCESS_RATE", "1.5", "CARD_SUCCESS_RATE must lie between 0 and 1, not 1.5."),
    ],
)
def test_a_setting_that_makes_no_sense_is_one_sentence_before_anything_starts(prepare, name, value, sentence):
    with pytest.raises(UsageError) as refusal:
        prepare(**{name: value})
    assert str(refusal.value) == sentence
