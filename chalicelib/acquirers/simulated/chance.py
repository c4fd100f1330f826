"""Chance that a repeat agrees with."""

import hashlib


def share(text: str) -> float:
    """Even in [0, 1) and fixed by the text."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") / 2**64


def reference(text: str) -> str:
    """Twelve digits fixed by the text, as a bank's retrieval reference number has."""
    return f"{int(share(text) * 10**12):012}"
