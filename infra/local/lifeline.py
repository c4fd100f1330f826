"""Lets a child notice that the supervisor is gone, even after kill -9: the child's standard input ends."""

import os
import signal
import threading
import time

PATIENCE = 10  # seconds for an orderly end once the supervisor is gone


def end_with_parent() -> None:
    """Ends this process with the supervisor, which holds the other end of standard input and never writes to it."""
    threading.Thread(target=_wait_for_the_end, name="lifeline", daemon=True).start()


def _wait_for_the_end() -> None:
    while os.read(0, 1024):  # not sys.stdin: a thread waiting in its buffer makes the interpreter's exit fail
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(PATIENCE)
    os._exit(1)
