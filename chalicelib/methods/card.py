"""Cards. The number and the code never leave the sealed record (services/cards.py); the payment keeps what may be shown."""

from typing import Any

import msgspec


class CardOnFile(msgspec.Struct, frozen=True, tag_field="method", tag="card"):
    """What is kept of a card on the payment."""

    network: str
    last4: str

    def shown(self) -> dict[str, Any]:
        """The contract's fields of the payment."""
        return {"card_network": self.network, "card_last4": self.last4}
