from typing import Any

from chalicelib.services import settlement
from functions import batches


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    return batches.run(event, settlement.process)
