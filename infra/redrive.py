"""`make redrive QUEUE=payments`: sends every message of a dead-letter queue back to its queue."""

import sys

from infra.target import use_target
from infra.usage import UsageError


def main(queue: str) -> int:
    try:
        use_target()
    except UsageError as error:
        print(error, file=sys.stderr)
        return 1
    from chalicelib import queues  # noqa: PLC0415  # reads the environment that use_target sets
    from chalicelib.services.operations import dead_letters  # noqa: PLC0415

    if queue not in queues.QUEUES:
        print(f"QUEUE must be one of {', '.join(queues.QUEUES)}: make redrive QUEUE=payments", file=sys.stderr)
        return 1
    print(f"{dead_letters.redrive_all(queue)} messages sent back to {queue}.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else ""))
