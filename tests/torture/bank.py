"""The simulated bank from its own side: how it behaves, what its payers do, and the notifications that it sends."""

from dataclasses import replace
from typing import Any

from chalicelib import aws
from chalicelib.acquirers import acquirer
from chalicelib.acquirers.simulated import memory, payer
from chalicelib.acquirers.simulated.notifications import Signed, signed
from chalicelib.config import settings


class Bank:
    """Its memory is read by the harness only where nothing is broken."""

    def behaves(self, profile: str) -> None:
        """As one of config.SIMULATED_BANKS, for all payments and refunds that no script decides."""
        bank: Any = acquirer()
        bank._settings = replace(settings(), simulated_bank=profile)

    def payer_acts(self, payment_id: str, action: str, code: str = "") -> list[Signed]:
        """The notifications that follow."""
        return payer.act(payment_id, action, code)

    def notification(self, object_id: str, secret: str = "") -> Signed:
        return signed(object_id, "ntf_1", secret or settings().bank_notification_secret)

    def knows(self, payment_id: str) -> bool:
        return bool(self._item(payment_id))

    def has(self, payment_id: str) -> str:
        """What it did with the money on our word: "captured", "voided" or nothing."""
        return str(self._item(payment_id).get("moved", {}).get("S", ""))

    def _item(self, object_id: str) -> dict[str, Any]:
        found = aws.client("dynamodb").get_item(TableName=memory.table(), Key={"id": {"S": object_id}})
        item: dict[str, Any] = found.get("Item", {})
        return item
