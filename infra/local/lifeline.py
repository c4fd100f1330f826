"""How a child notices that the supervisor is gone, even when that was killed with -9: its standard input ends."""

import os
import signal
import threading
import time

PATIENCE = 10  # seconds to end in an orderly way once the supervisor is gone


def end_with_parent() -> None:
    """The supervisor keeps the other end of our standard input open and never writes to it."""
    threading.Thread(target=_wait_for_the_end, name="lifeline", daemon=True).start()


def _wait_for_the_end() -> None:
    while os.read(0, 1024):  # not sys.stdin: a thread waiting in its buffer makes the interpreter's exit fail
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(PATIENCE)
    os._exit(1)
