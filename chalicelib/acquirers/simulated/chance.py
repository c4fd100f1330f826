"""Draws chance that is the same for a repeated question."""

import hashlib


def share(text: str) -> float:
    """Returns a number in [0, 1) that is fixed by the text and evenly distributed."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") / 2**64


def reference(text: str) -> str:
    """Returns twelve digits fixed by the text, as many as a bank's retrieval reference number has."""
    return f"{int(share(text) * 10**12):012}"
