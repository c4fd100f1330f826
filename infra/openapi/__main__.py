"""`python -m infra.openapi` writes the document to where the dashboard serves it."""

import json
from pathlib import Path

from infra.openapi.document import build

FILE = Path(__file__).parents[2] / "frontend" / "dashboard" / "openapi.json"


def text() -> str:
    return json.dumps(build(), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
