"""The Python examples of docs/api.md are run as they stand, in their order, against the running gateway."""

import re
from pathlib import Path
from uuid import uuid4

PAGE = Path(__file__).parents[2] / "docs" / "api.md"


def test_every_example_does_what_it_says(gateway_url):
    examples = re.findall(r"^```python\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    assert len(examples) >= 5
    code = "\n".join(examples).replace("http://localhost:8000", gateway_url).replace("cart-1718", f"cart-{uuid4()}")

    exec(compile(code, str(PAGE), "exec"), {})  # noqa: S102  # our own page
