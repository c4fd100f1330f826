"""Decides which pages may show the checkout in a frame. Origins are written as a browser writes them."""

import re
from collections.abc import Sequence

from chalicelib.domain.errors import BadRequest

MAX_ORIGINS = 20
MAX_ORIGIN = 255  # characters
_ORIGIN = re.compile(r"(?P<scheme>https?)://(?P<host>[a-z0-9]([a-z0-9.-]*[a-z0-9])?)(:(?P<port>[0-9]{1,5}))?")
_USUAL = {"https": "443", "http": "80"}
FIELD = "allowed_frame_origins"


def normal(origin: str, *, allow_http: bool) -> str:
    """Writes an origin as a browser does: in lower case and without the usual port. Raises BadRequest."""
    match = _ORIGIN.fullmatch(origin.lower())
    if match is None or (match["scheme"] == "http" and not allow_http):
        raise BadRequest(f"{FIELD} must be origins such as https://shop.example", field=FIELD)
    port = "" if match["port"] in {None, _USUAL[match["scheme"]]} else f":{match['port']}"
    return f"{match['scheme']}://{match['host']}{port}"


def may_show(allowed: Sequence[str], framing: Sequence[str]) -> bool:
    """Returns whether all pages around the checkout are allowed; an empty `allowed` allows any.

    The payer sees the address of the outermost page, so the innermost page alone proves nothing.
    """
    return not allowed or (bool(framing) and set(framing) <= set(allowed))
