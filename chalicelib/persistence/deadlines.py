from collections.abc import Mapping
from zlib import crc32

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from chalicelib.domain import clock
from chalicelib.persistence.base import Table, table_name, unavailable_on_failure

# The partitions of one minute's deadlines: 1,000 new deadlines a second put 125 write units a second on each.
SHARDS = 16
# The length of an ISO time up to its minute, such as 2026-11-27T09:30.
MINUTE = 16
# A row outlives its moment, so that a dispatcher that stood still for days finds it.
KEPT_SECONDS = 7 * 86400
CURSOR = "cursor"


class Deadline(Table):
    """A job that becomes due later than a queue's delay reaches.

    bucket: the UTC minute in which the job is due, and a shard, such as 2026-11-27T09:30#5. due: the moment in ISO, the
    queue and the object, so that one object has one deadline at one moment. job: the message to send. expires_at: Unix
    seconds. A shard's cursor is a row of the same table: its bucket is cursor#5 and its job a position.
    """

    class Meta:
        table_name = table_name("deadlines")

    bucket = UnicodeAttribute(hash_key=True)
    due = UnicodeAttribute(range_key=True)
    job = UnicodeAttribute()
    expires_at = NumberAttribute(null=True)

    def key(self) -> tuple[str, str]:
        return (self.bucket, self.due)


def row(queue: str, object_id: str, due_at: float, message: str) -> Deadline:
    """Returns a deadline to put. due_at: Unix seconds; message: the job as its queue takes it."""
    moment = clock.iso(due_at)
    shard = crc32(object_id.encode()) % SHARDS
    return Deadline(
        bucket=f"{moment[:MINUTE]}#{shard}",
        due=f"{moment}#{queue}#{object_id}",
        job=message,
        expires_at=int(due_at) + KEPT_SECONDS,
    )


def after(shard: int, position: str, limit: int) -> list[Deadline]:
    """Returns the first `limit` deadlines after a position, in the position's minute. Raises Unavailable.

    position: a row's `due`, or an ISO time cut anywhere after its minutes.
    """
    bucket = f"{position[:MINUTE]}#{shard}"
    with unavailable_on_failure():
        return list(Deadline.query(bucket, Deadline.due > position, consistent_read=True, limit=limit))


def cursors() -> Mapping[int, str]:
    """Returns, by shard, the position up to which its jobs were sent. Leaves out shards that no run has looked at."""
    found = Deadline.find_many([(f"{CURSOR}#{shard}", CURSOR) for shard in range(SHARDS)])
    return {int(bucket.rpartition("#")[2]): str(cursor.job) for (bucket, _), cursor in found.items()}


def move_cursor(shard: int, position: str) -> bool:
    """Moves a shard's cursor forward. Returns False if the cursor is there or further already."""
    cursor = Deadline(bucket=f"{CURSOR}#{shard}", due=CURSOR)
    behind = Deadline.job.does_not_exist() | (Deadline.job < position)
    return cursor.change([Deadline.job.set(position)], behind)
