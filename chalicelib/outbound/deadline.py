"""Gives one time budget to everything that a request to a merchant's server does."""

from time import monotonic


class Deadline:
    def __init__(self, seconds: float) -> None:
        self._end = monotonic() + seconds

    def remaining(self) -> float:
        """Returns the seconds left, never 0 (which means "do not block" to a socket).

        Raises TimeoutError afterwards.
        """
        left = self._end - monotonic()
        if left <= 0:
            raise TimeoutError("the time was used up")
        return left
