from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from chalicelib.persistence.base import Table, table_name, unavailable_on_failure


class DeadLetter(Table):
    """A job that failed as often as its queue hands it out. Its message lies in the dead-letter queue.

    id: the queue's name, # and the message's id. received: how often a worker got it. sent_at: the job's time, in ISO.
    """

    class Meta:
        table_name = table_name("dead-letters")

    merchant_id = UnicodeAttribute(hash_key=True)
    id = UnicodeAttribute(range_key=True)
    object_id = UnicodeAttribute()
    received = NumberAttribute()
    sent_at = UnicodeAttribute()
    expires_at = NumberAttribute()

    def key(self) -> tuple[str, str]:
        return (self.merchant_id, self.id)

    @property
    def queue(self) -> str:
        return str(self.id).partition("#")[0]

    @property
    def message_id(self) -> str:
        return str(self.id).partition("#")[2]

    @classmethod
    def of_merchant(cls, merchant_id: str, limit: int, queue: str | None = None) -> list["DeadLetter"]:
        """Returns the merchant's first `limit` letters, of one queue or of all."""
        of_queue = cls.id.startswith(f"{queue}#") if queue else None
        with unavailable_on_failure():
            return list(cls.query(merchant_id, of_queue, limit=limit, consistent_read=True))


def letter_id(queue: str, message_id: str) -> str:
    return f"{queue}#{message_id}"
