"""One budget of time for everything that a request to a merchant's server takes."""

from time import monotonic


class Deadline:
    def __init__(self, seconds: float) -> None:
        self._end = monotonic() + seconds

    def remaining(self) -> float:
        """Seconds left, never 0 (which would mean "do not block" to a socket); raises TimeoutError after."""
        left = self._end - monotonic()
        if left <= 0:
            raise TimeoutError("the time was used up")
        return left
