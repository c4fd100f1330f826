"""Keeps what the embedded AWS answered, also when its process is killed.

MiniStack saves its whole state when SIGTERM ends it. Twice a second the keeper notes what has changed since then: rows
as they are written, and messages by comparison with the last note. A note is one line of a journal, cut between two
requests, so the state after a crash is the state of one moment, with whole transactions. What changes rarely (tables,
queues, keys, stacks) makes a new save, and so does a long journal: a forked copy of the process writes it, while the
process itself goes on.
"""

# ruff: noqa: SLF001  # the keeper calls private parts of a pinned version, and checks that they are there

import asyncio
import json
import logging
import os
import shutil
import signal
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from infra.local.engine.journal import Journal, remove
from infra.local.engine.patches import require

NOTE_SECONDS = 0.5  # between two notes
LONG = 64 << 20  # bytes of a journal that is worth a new save, if the last save was not longer
COPY = "saving"  # the folder in which the forked copy writes; the process itself moves the files
COUNTERS = {"items", "ItemCount", "TableSizeBytes", "_index_members"}  # what changes with every row of a table
COUNTED = "ApproximateNumberOfMessages"
APP: dict[str, tuple[str, ...]] = {"_load_persisted_state": (), "_build_persistence_save_dict": ()}
DYNAMODB = {
    "_set_item": ("table", "pk_val", "sk_val", "item"),
    "_remove_item": ("table", "pk_val", "sk_val"),
    "_items_replaced": ("table",),
}
log = logging.getLogger("infra.emulator")

Messages = dict[str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Parts:
    """Holds MiniStack's modules."""

    app: Any
    persistence: Any
    dynamodb: Any
    sqs: Any
    kms: Any
    cloudformation: Any


class Keeper:
    """Notes changes, and saves. All but the deletion of expired rows happens in the thread of MiniStack's loop."""

    def __init__(self, parts: Parts, folder: Path) -> None:
        self.parts = parts
        self.folder = folder
        self.journal = Journal(folder)
        self.rows: list[bytes] = []  # the JSON of each written row that no note has yet
        self.waiting: dict[str, frozenset[str]] = {}  # the ids of the messages of each queue at the last note
        self.structure = ""
        self.replaced = False
        self.copy = 0  # the process id of the forked copy
        self.covered: list[Path] = []  # the files of the journal that the copy's save replaces
        self.task: asyncio.Task[None] | None = None
        self.set_item, self.remove_item = parts.dynamodb._set_item, parts.dynamodb._remove_item

    # ------------------------------------------------------------ note

    def wrote(self, table: dict[str, Any], pk: str, sk: str, item: dict[str, Any] | None) -> None:
        """Remembers a row as it is now; item None: the row is gone."""
        self.rows.append(msgspec.json.encode((table["TableArn"], pk, sk, item)))

    def note(self) -> tuple[bytes, int]:
        """Returns the line of all changes since the last note (empty without any), and how many rows it has."""
        rows = self.rows[:]
        sent: list[tuple[str, dict[str, Any]]] = []
        gone: list[tuple[str, str]] = []
        for queue, messages in self._messages().items():
            before, now = self.waiting.get(queue, frozenset()), frozenset(messages)
            sent += ((queue, messages[each]) for each in messages if each not in before)
            gone += ((queue, each) for each in before - now)
        if not rows and not sent and not gone:
            return b"", 0
        rest = f'],"sent":{json.dumps(sent)},"gone":{json.dumps(gone)}}}'
        return b'{"rows":[' + b",".join(rows) + rest.encode(), len(rows)

    def _messages(self) -> dict[str, Messages]:
        queues = self.parts.sqs._queues.all_values()
        return {queue["attributes"]["QueueArn"]: {each["id"]: each for each in queue["messages"]} for queue in queues}

    def noted(self, rows: int) -> None:
        del self.rows[:rows]  # not a new list: the thread that deletes expired rows may be about to append

    def _ids(self) -> dict[str, frozenset[str]]:
        return {queue: frozenset(messages) for queue, messages in self._messages().items()}

    async def keep(self) -> None:
        """Notes and saves until the task is cancelled. An error is logged, and the next turn tries again."""
        while True:
            await asyncio.sleep(NOTE_SECONDS)
            try:
                self.finish_copy(os.WNOHANG)
                if not self.copy and self._needs_save():
                    self.save_in_copy()
                else:
                    await self._write()
            except Exception:  # a task that ends would keep nothing from then on
                log.exception("The embedded AWS cannot keep its changes on the disk")

    async def _write(self) -> None:
        line, rows = self.note()
        waiting = self._ids()
        if line:
            await asyncio.to_thread(self.journal.append, line)
        self.noted(rows)
        self.waiting = waiting

    def write_now(self) -> None:
        """Notes without letting a request in between. Raises OSError."""
        line, rows = self.note()
        if line:
            self.journal.append(line)
        self.noted(rows)
        self.waiting = self._ids()

    # ------------------------------------------------------------ save

    def _needs_save(self) -> bool:
        saved = self.folder / "dynamodb.json"
        limit = max(LONG, saved.stat().st_size if saved.exists() else 0)
        return self.replaced or self.journal.size > limit or self.describe() != self.structure

    def describe(self) -> str:
        """Returns all that is neither a row nor a message, as text."""
        parts = self.parts
        tables = [{k: v for k, v in each.items() if k not in COUNTERS} for each in parts.dynamodb._tables.all_values()]
        queues = [
            ({k: v for k, v in each["attributes"].items() if not k.startswith(COUNTED)}, each["tags"])
            for each in parts.sqs._queues.all_values()
        ]
        stacks = [
            [each.get(name) for name in ("StackId", "StackStatus", "LastUpdatedTime")]
            for each in parts.cloudformation._stacks.all_values()
        ]
        others = [parts.dynamodb._ttl_settings, parts.dynamodb._tags, parts.dynamodb._backups, parts.kms.get_state()]
        return json.dumps([tables, queues, stacks, others], default=parts.persistence._json_default)

    def save_in_copy(self) -> None:
        """Begins a save of this moment. Raises OSError."""
        self.write_now()
        self.covered = self.journal.rotate()
        shutil.rmtree(self.folder / COPY, ignore_errors=True)
        self.copy = os.fork() or self._be_the_copy()
        self.structure, self.replaced = self.describe(), False

    def _be_the_copy(self) -> int:
        """Saves and ends: in this process only the forking thread exists."""
        status = 1
        try:
            os.closerange(3, os.sysconf("SC_OPEN_MAX"))  # a copy that outlives the process must not hold its ports
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, signal.SIG_DFL)
            self.parts.persistence.STATE_DIR = str(self.folder / COPY)
            status = 0 if self._save() else 1
        finally:
            os._exit(status)

    def _save(self) -> bool:
        """Returns whether each service that has a state has a new file: MiniStack only logs that a save has failed."""
        folder = Path(self.parts.persistence.STATE_DIR)
        before = {path.name: path.stat().st_ino for path in folder.glob("*.json")}
        getters = self.parts.app._build_persistence_save_dict()
        self.parts.persistence.save_all(getters)
        names = [f"{name}.json" for name in ("cloudformation", "dynamodb", "kms", "sqs")]
        written = [folder / name for name in names if (folder / name).exists()]
        for path in written:
            with path.open("rb") as file:
                os.fsync(file.fileno())
        return len(written) == len(names) and all(path.stat().st_ino != before.get(path.name) for path in written)

    def finish_copy(self, options: int = 0) -> None:
        """Puts a finished save into its place, and removes the journal that it replaces. Raises OSError."""
        if not self.copy:
            return
        ended, status = os.waitpid(self.copy, options)
        if not ended:
            return
        self.copy = 0
        if status:
            self.structure = ""  # the next turn tries again
            log.error("The embedded AWS could not save its state; the journal stays")
            return
        for path in (self.folder / COPY).glob("*.json"):
            path.replace(self.folder / path.name)
        remove(self.covered)

    # ------------------------------------------------------------ start and end

    def start(self) -> None:
        """Follows the journal from the state that MiniStack has loaded, and begins to keep. Called in its loop."""
        tables = {each["TableArn"]: each for each in self.parts.dynamodb._tables.all_values()}
        messages = self._messages()
        for note in self.journal.read():
            for arn, pk, sk, item in note["rows"]:
                if arn in tables:
                    self._restore(tables[arn], pk, sk, item)
            for queue, message in note["sent"]:
                messages.get(queue, {}).setdefault(message["id"], message)
            for queue, each in note["gone"]:
                messages.get(queue, {}).pop(each, None)
        for queue in self.parts.sqs._queues.all_values():
            queue["messages"] = list(messages[queue["attributes"]["QueueArn"]].values())
        self.waiting = self._ids()
        if self.journal.files():
            self.save_in_copy()
        else:
            self.journal.rotate()
            self.structure = self.describe()
        self.task = asyncio.get_running_loop().create_task(self.keep())

    def _restore(self, table: dict[str, Any], pk: str, sk: str, item: dict[str, Any] | None) -> None:
        if item is None:
            self.remove_item(table, pk, sk)
        else:
            self.set_item(table, pk, sk, item)

    def end(self) -> None:
        """Saves everything in this process, in place of MiniStack's own save at its end."""
        if self.task:
            self.task.cancel()
        if self.copy:
            os.kill(self.copy, signal.SIGKILL)  # its save would be older than this one
            os.waitpid(self.copy, 0)
        self.write_now()
        if self._save():
            self.journal.close()
            remove(self.journal.files())


def install(parts: Parts, folder: Path) -> Keeper:
    """Lets a keeper hear of every written row, of the start and of the end. Raises ChangedEmulator."""
    require(parts.app, APP)
    require(parts.dynamodb, DYNAMODB)
    keeper = Keeper(parts, folder)
    dynamodb, load = parts.dynamodb, parts.app._load_persisted_state
    set_item, remove_item, items_replaced = keeper.set_item, keeper.remove_item, dynamodb._items_replaced

    def set_and_note(table: dict[str, Any], pk_val: str, sk_val: str, item: dict[str, Any]) -> Any:
        old = set_item(table, pk_val, sk_val, item)
        keeper.wrote(table, pk_val, sk_val, item)
        return old

    def remove_and_note(table: dict[str, Any], pk_val: str, sk_val: str) -> Any:
        old = remove_item(table, pk_val, sk_val)
        if old is not None:
            keeper.wrote(table, pk_val, sk_val, None)
        return old

    def replace_and_note(table: dict[str, Any]) -> None:
        items_replaced(table)
        keeper.replaced = True

    def load_and_start() -> None:
        load()
        keeper.start()

    end: Callable[[object], None] = lambda _getters: keeper.end()  # noqa: E731
    dynamodb._set_item, dynamodb._remove_item = set_and_note, remove_and_note
    dynamodb._items_replaced = replace_and_note
    parts.app._load_persisted_state, parts.app.save_all = load_and_start, end
    return keeper
