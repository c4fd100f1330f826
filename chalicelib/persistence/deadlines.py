from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from chalicelib.persistence.base import Table, table_name


class Deadline(Table):
    """A job that becomes due at a time further away than a queue's delay reaches.

    bucket: the UTC minute in which it is due, and a shard, such as 2026-11-27T09:30#5; due: the moment in ISO, the
    queue and the object, so that one object has one deadline at one moment. expires_at: Unix seconds.
    """

    class Meta:
        table_name = table_name("deadlines")

    bucket = UnicodeAttribute(hash_key=True)
    due = UnicodeAttribute(range_key=True)
    job = UnicodeAttribute()
    expires_at = NumberAttribute()

    def key(self) -> tuple[str, str]:
        return (self.bucket, self.due)
