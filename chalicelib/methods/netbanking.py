"""Netbanking: the payer signs in at a bank's own page."""

from typing import Any

import msgspec


class Netbanking(msgspec.Struct, frozen=True, tag_field="method", tag="netbanking"):
    """bank: the four letters that the bank's IFSC codes begin with, e.g. HDFC."""

    bank: str

    def shown(self) -> dict[str, Any]:
        """The contract's fields of the payment."""
        return {"bank": self.bank}
