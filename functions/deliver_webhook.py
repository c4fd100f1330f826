from typing import Any

from chalicelib.services import deliveries
from functions import batches


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    return batches.run(event, context, lambda work, _: deliveries.process(work))
