from typing import Any

from chalicelib import stage
from chalicelib.services.books.settlements import processing
from functions import batches

stage.prepare()


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    return batches.run(event, context, processing.process)
