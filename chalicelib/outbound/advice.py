"""Explains a failed attempt in a merchant's log: what happened, and what the merchant can do about it."""

import re
from collections.abc import Mapping

MAX_LOCATION = 200  # characters shown of where a redirect leads

_REDIRECTS = range(300, 400)
_STATUSES: Mapping[int, str] = {
    304: "nothing here can be cached; answer 2xx",
    401: "it wants credentials, and a webhook carries a signature only: let this path through without them",
    403: "something before your code may refuse it, such as a firewall or a check against forged forms",
    404: "it has no such path; compare the URL with your routes",
    405: "it takes no POST on this path",
    406: "the answer's form does not matter to us; answer 2xx with any body",
    408: "it did not read the request in time",
    410: "so the endpoint is switched off; switch it on again when it is back",
    411: "it wants a Content-Length, which is sent: a proxy may have dropped it",
    413: "it takes smaller bodies only; raise its limit",
    415: "it does not take application/json",
    429: "it has too many requests; a Retry-After on the answer is heeded",
}
_CLASSES = ((range(400, 500), "its answer may say why"), (range(500, 600), "its own log says why"))
_FAILURES: Mapping[str, str] = {
    "dns": "check the host's spelling and its DNS records, which must all be public addresses",
    "connect": "check that the server runs and can be reached from the internet at this port",
    "tls": "the certificate has to be valid for this host, and to come with its intermediates",
    "timeout": "answer 2xx as soon as the event is stored, and work on it afterwards",
    "protocol": "check that the URL's port speaks HTTP, and that https is written where it is meant",
}


def of_status(status: int, location: str | None) -> str:
    """Returns the sentence for an answer that is not 2xx. location: the answer's header.

    Redirects are not followed, because each target would need the same checks as a URL that a merchant sets.
    """
    said = f"the receiver answered {status}"
    if status in _REDIRECTS and location:
        shown = re.sub(r"[^!-~]", "?", location)[:MAX_LOCATION]
        return f"{said} and leads to {shown}: redirects are not followed, so set the URL where it ends"
    by_class = next((text for statuses, text in _CLASSES if status in statuses), "answer 2xx")
    return f"{said}: {_STATUSES.get(status, by_class)}"


def of_failure(error_class: str, what: str) -> str:
    """Returns the sentence for a failure without an answer. what: the system's own text."""
    advice = _FAILURES.get(error_class)
    return f"{what}: {advice}" if advice else what
