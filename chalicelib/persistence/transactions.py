"""Writes all or nothing. Every write has a name, and a refused transaction tells which writes refused it."""

from collections.abc import Sequence

from pynamodb.exceptions import TransactWriteError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from chalicelib import tracing
from chalicelib.domain import clock
from chalicelib.domain.errors import Unavailable
from chalicelib.persistence import invariants
from chalicelib.persistence.base import Conflict, Table, connection, retry_on_conflict, unavailable_on_failure

# DynamoDB's limit on the actions of one transaction.
MAX_ACTIONS = 100
CONDITION_FAILED = "ConditionalCheckFailed"
# Another transaction held an item for a moment. Nothing was decided, so the caller may try again.
CONTENTION = frozenset({"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"})


class Refused(Exception):  # not an error: the answer of the rule inside a condition
    """A condition did not hold. names: the writes whose condition failed."""

    def __init__(self, names: Sequence[str] = ()) -> None:
        super().__init__(f"refused by {', '.join(names)}")
        self.names = frozenset(names)


class Transaction:
    """Collects writes. commit() performs all of them or none."""

    def __init__(self) -> None:
        self._deletes: list[tuple[str, Table, Condition | None]] = []
        self._puts: list[tuple[str, Table, Condition | None]] = []
        self._updates: list[tuple[str, Table, Sequence[Action], Condition | None]] = []
        self._latest: float | None = None

    def __len__(self) -> int:
        return len(self._deletes) + len(self._puts) + len(self._updates)

    def delete(self, name: str, item: Table, condition: Condition | None = None) -> None:
        self._deletes.append((name, item, condition))

    def put(self, name: str, item: Table, condition: Condition | None = None) -> None:
        self._puts.append((name, item, condition))

    def update(self, name: str, item: Table, actions: Sequence[Action], condition: Condition | None = None) -> None:
        self._updates.append((name, item, actions, condition))

    def require(self, item: Table, condition: Condition) -> bool:
        """Adds a condition to the update of this item. Returns False if the transaction does not update it."""
        for place, (name, updated, actions, before) in enumerate(self._updates):
            if type(updated) is type(item) and updated.key() == item.key():
                both = condition if before is None else before & condition
                self._updates[place] = (name, updated, actions, both)
                return True
        return False

    def begin_by(self, latest: float) -> None:
        """Forbids a try that begins later than this. latest: Unix seconds of the gateway's clock."""
        self._latest = latest if self._latest is None else min(latest, self._latest)

    def commit(self) -> None:
        """Performs the writes.

        Raises Refused (a condition did not hold, nothing was written), InvariantBroken (the books would not balance,
        nothing was written) or Unavailable (the outcome is unknown, or it is too late for the writes).
        """
        invariants.check([item for _, item, _ in self._puts], [(item, done) for _, item, done, _ in self._updates])
        with tracing.part("commit", writes=len(self)):
            retry_on_conflict(self._try)

    def _try(self) -> None:
        if self._latest is not None and clock.now() > self._latest:
            raise Unavailable("The database was too busy for too long")
        try:
            self._write()
        except TransactWriteError as error:
            self._judge(error)

    def _write(self) -> None:
        if len(self) == 1 and self._puts and self._puts[0][2] is None:
            # A single write without a condition needs no transaction, which costs twice as much.
            self._puts[0][1].write()
            return
        with unavailable_on_failure(), TransactWrite(connection=connection()) as transaction:
            for _, item, condition in self._deletes:
                transaction.delete(item, condition=condition)
            for _, item, condition in self._puts:
                transaction.save(item, condition=condition)
            for _, item, actions, condition in self._updates:
                transaction.update(item, actions=list(actions), condition=condition)

    def _judge(self, error: TransactWriteError) -> None:
        """Raises Refused, Conflict or Unavailable."""
        names = [write[0] for writes in (self._deletes, self._puts, self._updates) for write in writes]
        reasons = dict(zip(names, error.cancellation_reasons, strict=False))
        refusing = [name for name, reason in reasons.items() if reason and reason.code == CONDITION_FAILED]
        if refusing:
            raise Refused(refusing)
        if any(r and r.code in CONTENTION for r in reasons.values()):
            raise Conflict from error
        raise Unavailable("The database did not answer") from error
