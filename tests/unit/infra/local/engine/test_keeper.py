"""What an embedded AWS that was killed has when it starts again."""

import asyncio
import importlib.util
import json
import os
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from ministack.services import cloudformation, kms

from infra.local.engine import keeper as keeping
from infra.local.engine.patches import ChangedEmulator
from tests.unit.infra.local.engine.test_patches import TABLE, say

QUEUE = {"QueueName": "jobs"}
ROW = {"pk": {"S": "a"}, "sk": {"S": "b"}, "made": {"S": "é\n"}}
OTHER = {"pk": {"S": "a"}, "sk": {"S": "c"}}
KEY = {name: ROW[name] for name in ("pk", "sk")}


def copy_of(name: str) -> ModuleType:
    spec = importlib.util.find_spec(name)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Emulated:
    """The parts of an emulator, with a state of their own, in a folder that outlives them."""

    def __init__(self, folder: Path) -> None:
        self.persistence = copy_of("ministack.core.persistence")
        self.persistence.PERSIST_STATE, self.persistence.STATE_DIR = True, str(folder)
        self.dynamodb, self.sqs = (copy_of(f"ministack.services.{name}") for name in ("dynamodb", "sqs"))
        self.services = {"dynamodb": self.dynamodb, "sqs": self.sqs, "kms": kms, "cloudformation": cloudformation}
        self.app = SimpleNamespace(
            _load_persisted_state=lambda: load(self), _build_persistence_save_dict=lambda: savers(self)
        )
        parts = (self.app, self.persistence, self.dynamodb, self.sqs, kms, cloudformation)
        self.keeper = keeping.install(keeping.Parts(*parts), folder)

    async def start(self) -> None:
        self.app._load_persisted_state()
        assert self.keeper.task
        self.keeper.task.cancel()  # the test says when a note is due
        self.keeper.finish_copy()

    def save(self) -> None:
        self.keeper.save_in_copy()
        self.keeper.finish_copy()

    def queue(self, action: str, **request: Any) -> Any:
        found = self.sqs._HANDLERS[action](request | {"QueueUrl": "jobs"}, "jobs")
        return asyncio.run(found) if asyncio.iscoroutine(found) else found

    def rows(self) -> dict[str, dict[str, Any]]:
        return {pk: dict(rows) for pk, rows in self.dynamodb._tables["rows"]["items"].items() if rows}

    def bodies(self) -> list[str]:
        (queue,) = self.sqs._queues.all_values()
        return [message["body"] for message in queue["messages"]]


def load(emulated: Emulated) -> None:
    for name in ("dynamodb", "sqs"):
        emulated.services[name].load_persisted_state(emulated.persistence.load_state(name))


def savers(emulated: Emulated) -> dict[str, Any]:
    return {name: module.get_state for name, module in emulated.services.items()}


def started(folder: Path) -> Emulated:
    """Returns an emulator that follows what the folder has."""
    emulated = Emulated(folder)
    asyncio.run(emulated.start())
    return emulated


@pytest.fixture
def emulated(tmp_path):
    emulated = started(tmp_path)
    say(emulated.dynamodb, "_create_table", TABLE)
    emulated.sqs._act_create_queue(QUEUE, "")
    assert emulated.keeper._needs_save()
    emulated.save()
    assert not emulated.keeper._needs_save()
    return emulated


def test_noted_rows_and_messages_are_there_after_a_crash_and_later_ones_are_not(emulated, tmp_path):
    say(emulated.dynamodb, "_put_item", {"TableName": "rows", "Item": ROW})
    emulated.queue("SendMessage", MessageBody="one")
    emulated.keeper.write_now()
    say(emulated.dynamodb, "_put_item", {"TableName": "rows", "Item": OTHER})
    emulated.queue("SendMessage", MessageBody="two")
    after = started(tmp_path)
    assert after.rows() == {"a": {"b": ROW}}
    assert after.dynamodb._tables["rows"]["ItemCount"] == 1
    assert after.bodies() == ["one"]


@pytest.mark.parametrize("saved", [True, False])
def test_what_is_gone_stays_gone(emulated, tmp_path, saved):
    say(emulated.dynamodb, "_put_item", {"TableName": "rows", "Item": ROW})
    for body in ("one", "two"):
        emulated.queue("SendMessage", MessageBody=body)
    emulated.save() if saved else emulated.keeper.write_now()
    say(emulated.dynamodb, "_delete_item", {"TableName": "rows", "Key": KEY})
    (message,) = emulated.queue("ReceiveMessage")["Messages"]
    emulated.queue("DeleteMessage", ReceiptHandle=message["ReceiptHandle"])
    emulated.keeper.write_now()
    after = started(tmp_path)
    assert after.rows() == {}
    assert after.bodies() == ["two"]


def test_a_message_that_a_worker_had_at_the_crash_comes_back(emulated, tmp_path):
    emulated.queue("SendMessage", MessageBody="one")
    emulated.keeper.write_now()
    emulated.queue("ReceiveMessage", VisibilityTimeout=300)
    emulated.keeper.write_now()
    assert started(tmp_path).queue("ReceiveMessage")["Messages"][0]["Body"] == "one"


def test_a_note_holds_a_transaction_whole(emulated):
    puts = [{"Put": {"TableName": "rows", "Item": each}} for each in (ROW, OTHER)]
    say(emulated.dynamodb, "_transact_write_items", {"TransactItems": puts})
    line, rows = emulated.keeper.note()
    assert rows == 2
    assert [item for *_, item in json.loads(line)["rows"]] == [ROW, OTHER]
    assert b"\n" not in line


def test_a_save_takes_the_place_of_the_journal(emulated, tmp_path):
    say(emulated.dynamodb, "_put_item", {"TableName": "rows", "Item": ROW})
    emulated.save()
    assert [path.stat().st_size for path in emulated.keeper.journal.files()] == [0]
    assert started(tmp_path).rows() == {"a": {"b": ROW}}


def test_a_save_that_failed_leaves_the_journal_and_is_tried_again(emulated, tmp_path, monkeypatch):
    say(emulated.dynamodb, "_put_item", {"TableName": "rows", "Item": ROW})
    with monkeypatch.context() as broken:
        broken.setattr(emulated.dynamodb, "get_state", lambda: 1 / 0)
        emulated.save()
    assert emulated.keeper._needs_save()
    assert started(tmp_path).rows() == {"a": {"b": ROW}}


def test_a_journal_that_a_newer_save_already_covers_changes_nothing(emulated, tmp_path):
    for item in (ROW, OTHER):
        say(emulated.dynamodb, "_put_item", {"TableName": "rows", "Item": item})
        emulated.queue("SendMessage", MessageBody=item["sk"]["S"])
        emulated.keeper.write_now()
    say(emulated.dynamodb, "_delete_item", {"TableName": "rows", "Key": KEY})
    emulated.keeper.write_now()
    assert emulated.keeper._save()
    after = started(tmp_path)
    assert after.rows() == {"a": {"c": OTHER}}
    assert after.bodies() == ["b", "c"]


def test_an_orderly_end_saves_everything_and_leaves_no_journal(emulated, tmp_path):
    say(emulated.dynamodb, "_put_item", {"TableName": "rows", "Item": ROW})
    emulated.keeper.save_in_copy()
    say(emulated.dynamodb, "_put_item", {"TableName": "rows", "Item": OTHER})
    emulated.app.save_all({})
    assert emulated.keeper.journal.files() == []
    assert started(tmp_path).rows() == {"a": {"b": ROW, "c": OTHER}}


@pytest.mark.parametrize(
    "change",
    [
        lambda here: say(here.dynamodb, "_create_table", TABLE | {"TableName": "others"}),
        lambda here: here.sqs._act_set_queue_attributes({"QueueUrl": "jobs", "Attributes": {"DelaySeconds": "1"}}, ""),
        lambda here: here.dynamodb._items_replaced(here.dynamodb._tables["rows"]),
        lambda here: here.dynamodb._ttl_settings.update({"rows": {"TimeToLiveStatus": "ENABLED"}}),
    ],
)
def test_what_is_neither_a_row_nor_a_message_asks_for_a_save(emulated, change):
    change(emulated)
    assert emulated.keeper._needs_save()


def test_rows_and_messages_ask_for_no_save(emulated):
    say(emulated.dynamodb, "_put_item", {"TableName": "rows", "Item": ROW})
    emulated.queue("SendMessage", MessageBody="one")
    emulated.queue("GetQueueAttributes", AttributeNames=["All"])
    assert not emulated.keeper._needs_save()


def test_a_long_journal_asks_for_a_save(emulated, monkeypatch):
    monkeypatch.setattr(keeping, "LONG", 10)
    (emulated.keeper.folder / "dynamodb.json").write_text("{}")
    say(emulated.dynamodb, "_put_item", {"TableName": "rows", "Item": ROW})
    emulated.keeper.write_now()
    assert emulated.keeper._needs_save()


def test_notes_go_on_after_an_error_of_the_disk(emulated, tmp_path, monkeypatch):
    failed = []

    def append(line, real=emulated.keeper.journal.append):
        if not failed:
            failed.append(line)
            raise OSError("no space")
        real(line)

    monkeypatch.setattr(keeping, "NOTE_SECONDS", 0.01)
    monkeypatch.setattr(emulated.keeper.journal, "append", append)
    say(emulated.dynamodb, "_put_item", {"TableName": "rows", "Item": ROW})
    with pytest.raises(TimeoutError):
        asyncio.run(asyncio.wait_for(emulated.keeper.keep(), 0.5))
    assert failed
    assert started(tmp_path).rows() == {"a": {"b": ROW}}


def test_the_copy_holds_no_port_of_the_process(emulated, monkeypatch):
    reading, writing = os.pipe()
    monkeypatch.setattr(emulated.dynamodb, "get_state", lambda: os.write(writing, b"open"))
    emulated.save()
    os.close(writing)
    assert os.read(reading, 10) == b""
    os.close(reading)


def test_an_emulator_with_other_internals_is_refused(tmp_path):
    emulated = Emulated(tmp_path)
    emulated.app._load_persisted_state = print
    with pytest.raises(ChangedEmulator):
        keeping.install(emulated.keeper.parts, tmp_path)
