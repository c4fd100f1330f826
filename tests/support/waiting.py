import time
from collections.abc import Callable
from typing import Any


def until(holds: Callable[[], Any], seconds: float, every: float = 0.1) -> Any:
    """Returns the first true value. Fails when no value is true in time."""
    deadline = time.monotonic() + seconds
    while not (value := holds()):
        assert time.monotonic() < deadline, f"still {value!r} after {seconds} s"
        time.sleep(every)
    return value
