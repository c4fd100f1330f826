"""`make requeue`: sends a job for every record that waits. After a restore the queues hold the jobs of lost records only.

A job is a wake-up and its record decides, so a job too many does no harm.
"""

import os
import sys
from collections.abc import Iterable
from typing import Any

from infra.target import use_target
from infra.usage import told

# By the ids' prefixes. Everything else that waits is a webhook delivery.
QUEUES = {
    **dict.fromkeys(("pay", "order", "disp", "qr", "sub"), "payments"),
    "rfnd": "refunds",
    "setl": "settlements",
}
DELIVERIES = "deliveries"


@told
def main() -> int:
    use_target()
    from infra.audit.delivery_rules import waiting  # noqa: PLC0415  # imports the application
    from infra.audit.owner_rules import uncounted  # noqa: PLC0415  # as above
    from infra.audit.stage import Stage  # noqa: PLC0415  # as above

    seen = Stage(os.environ.get("STACK_NAME", "gateway-local")).snapshot(patience=0)
    records = [*(item for item, _ in waiting(seen)), *uncounted(seen)]
    print(f"Requeued   {_send(records)} jobs")
    return 0


def queue_of(object_id: str) -> str:
    """Returns the queue whose worker looks at the object."""
    return QUEUES.get(object_id.partition("_")[0], DELIVERIES)


def _send(records: Iterable[Any]) -> int:
    from chalicelib import queues  # noqa: PLC0415  # reads the environment that use_target sets

    jobs = [
        queues.job(queue_of(item["id"]), item["id"], "requeue", merchant_id=item["merchant_id"]) for item in records
    ]
    queues.send(*jobs)
    return len(jobs)


if __name__ == "__main__":
    sys.exit(main())
