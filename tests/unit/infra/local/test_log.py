"""One log: JSON in the file, short lines in the terminal."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from infra.environment import ROOT
from infra.local.changes import changed, look, snapshot
from infra.local.log import Log, parse, shorten


def test_a_line_of_a_log_that_writes_itself_is_not_written_again():
    program = """
import logging, sys
from infra.local.log import log_as_json
log_as_json()
own, other = logging.getLogger("own"), logging.getLogger("other")
own.addHandler(logging.StreamHandler(sys.stdout))
for log in (own, other, logging.getLogger()):
    log.warning("told")
"""
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert [parse(line)["message"] for line in done.stdout.splitlines()] == ["told"] * 3


def test_a_line_of_text_becomes_a_message():
    assert parse("Traceback") == {"message": "Traceback"}
    assert parse("[1, 2]") == {"message": "[1, 2]"}


def test_a_person_sees_message_and_details_and_the_level_where_it_matters():
    entry = {"level": "ERROR", "message": "it broke", "location": "x:1", "timestamp": "t", "payment_id": "pay_1"}
    assert shorten(entry) == "ERROR: it broke  payment_id=pay_1"
    assert shorten({"level": "INFO", "message": "fine"}) == "fine"


def test_a_traceback_follows_its_message():
    assert shorten({"message": "it broke", "exception": "Traceback\n  line"}) == "it broke\nTraceback\n  line"


@pytest.mark.parametrize(
    "hostile", ["\x1b[2J", "\x1b]0;title\x07", "\x9b31m", "\r", "\b", "a\nb", "\u202e", "\u2028", "\x7f", "\x00"]
)
def test_nothing_in_a_line_commands_the_terminal(hostile):
    entry = {"message": f"GET /{hostile}", "path": f"/{hostile}", "exception": f"Error: {hostile}"}
    assert all(line.isprintable() for line in shorten(entry).split("\n"))
    assert ascii(hostile)[1:-1].strip("ab") in shorten(entry)


def test_metrics_are_for_machines():
    assert shorten({"_aws": {}, "PaymentsSettled": 1}) == ""


def test_every_line_is_in_the_file_with_its_source_and_time(tmp_path, capsys):
    log = Log(tmp_path / "new" / "gateway.log")
    log.write("worker", '{"message": "settled", "timestamp": "then"}')
    log.write("worker", '{"_aws": {}}')
    log.say("Ready")

    lines = [json.loads(line) for line in (tmp_path / "new" / "gateway.log").read_text().splitlines()]

    assert [line["source"] for line in lines] == ["worker", "worker", "supervisor"]
    assert lines[0]["timestamp"] == "then"
    assert all(line["timestamp"] for line in lines)
    assert len(capsys.readouterr().out.splitlines()) == 2


def test_a_terminal_that_is_gone_stops_neither_the_log_nor_the_run(tmp_path, monkeypatch):
    reading, writing = os.pipe()
    os.close(reading)
    log = Log(tmp_path / "gateway.log")
    with os.fdopen(writing, "w") as terminal:
        monkeypatch.setattr("sys.stdout", terminal)
        for _ in range(2):
            log.say("Ready")
            log.write("api", "a line")

    assert len((tmp_path / "gateway.log").read_text().splitlines()) == 4


def test_a_grown_log_is_set_aside_at_the_next_start(tmp_path, monkeypatch):
    monkeypatch.setattr("infra.local.log.KEEP_BYTES", 3)
    (tmp_path / "gateway.log").write_text("long ago")
    Log(tmp_path / "gateway.log")
    assert (tmp_path / "gateway.1.log").read_text() == "long ago"


def test_changed_new_and_removed_files_are_noticed_and_caches_are_not(tmp_path):
    for name in ("kept.py", "edited.py", "removed.py"):
        (tmp_path / name).write_text("")
    before = snapshot([tmp_path])
    (tmp_path / "removed.py").unlink()
    (tmp_path / "edited.py").write_text("x")
    (tmp_path / "new.py").write_text("")
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__" / "kept.pyc").write_text("")

    assert [file.name for file in changed(before, snapshot([tmp_path]))] == ["edited.py", "new.py", "removed.py"]


def test_a_file_that_goes_away_under_the_look_is_left_for_the_next_one(tmp_path, monkeypatch):
    before = snapshot([tmp_path])
    (tmp_path / "new.py").write_text("")
    with monkeypatch.context() as vanishing:
        vanishing.setattr(Path, "rglob", lambda *_: iter([tmp_path / "gone.py"]))
        vanishing.setattr(Path, "is_file", lambda file: file.name == "gone.py")
        assert look([tmp_path], before) == before

    assert [file.name for file in changed(before, look([tmp_path], before))] == ["new.py"]
