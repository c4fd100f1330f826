"""Controls the simulated bank from its own side: its behaviour, its payers' actions, and its notifications."""

from dataclasses import replace
from typing import Any

from chalicelib import aws
from chalicelib.acquirers import acquirer
from chalicelib.acquirers.simulated import memory, payer
from chalicelib.acquirers.simulated.notifications import Signed, signed
from chalicelib.config import settings


class Bank:
    """Controls the bank. The harness reads the bank's memory only where no call is broken."""

    def behaves(self, profile: str) -> None:
        """Sets the behaviour to one of config.SIMULATED_BANKS, for all payments and refunds without a script."""
        bank: Any = acquirer()
        bank._settings = replace(settings(), simulated_bank=profile)

    def payer_acts(self, payment_id: str, action: str, code: str = "") -> list[Signed]:
        """Lets the payer act. Returns the notifications that follow."""
        return payer.act(payment_id, action, code)

    def notification(self, object_id: str, secret: str = "") -> Signed:
        return signed(object_id, "ntf_1", secret or settings().bank_notification_secret)

    def knows(self, payment_id: str) -> bool:
        return bool(self._item(payment_id))

    def has(self, payment_id: str) -> str:
        """Returns what the bank did with the money at the gateway's request: "captured", "voided" or ""."""
        return str(self._item(payment_id).get("moved", {}).get("S", ""))

    def _item(self, object_id: str) -> dict[str, Any]:
        found = aws.client("dynamodb").get_item(TableName=memory.table(), Key={"id": {"S": object_id}})
        item: dict[str, Any] = found.get("Item", {})
        return item
