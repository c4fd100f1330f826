"""UPI: a request to a payer's address (collect), a link that opens the payer's app (intent), or a code to scan (qr)."""

from enum import StrEnum
from typing import Any

import msgspec


class Flow(StrEnum):
    COLLECT = "collect"
    INTENT = "intent"
    QR = "qr"


class Upi(msgspec.Struct, frozen=True, tag_field="method", tag="upi"):
    """What is kept of it on the payment. vpa: the payer's address; only a collect request has it."""

    flow: Flow = Flow.COLLECT
    vpa: str | None = None

    def shown(self) -> dict[str, Any]:
        """The contract's fields of the payment."""
        return {"vpa": self.vpa}
