"""`make redrive QUEUE=payments`: sends every message of a dead-letter queue back to its queue."""

import json
import sys

from infra.target import use_target
from infra.usage import told


@told
def main(queue: str, *, as_json: bool = False) -> int:
    """Sends the messages back and prints their number. Returns the exit status."""
    use_target()
    from chalicelib import queues  # noqa: PLC0415  # reads the environment that use_target sets
    from chalicelib.services.operations import dead_letters  # noqa: PLC0415

    if queue not in queues.QUEUES:
        print(f"QUEUE must be one of {', '.join(queues.QUEUES)}: gateway redrive payments", file=sys.stderr)
        return 1
    number = dead_letters.redrive_all(queue)
    print(json.dumps({"queue": queue, "sent_back": number}) if as_json else f"{number} messages sent back to {queue}.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else ""))
