from typing import Any

from chalicelib import stage
from chalicelib.services.webhooks import deliveries
from functions import batches

stage.prepare()


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    return batches.run(event, context, lambda work, _: deliveries.process(work))
