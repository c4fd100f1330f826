"""Decides which URLs a merchant may give for webhooks.

One strict grammar takes a URL apart, once, and the gateway connects to these parts. So no second parser can read the
URL differently.
"""

import re
from dataclasses import dataclass
from ipaddress import ip_address

from chalicelib.domain.addresses import refusal
from chalicelib.domain.errors import BadRequest
from chalicelib.domain.webhooks import MAX_URL

DEFAULT_PORTS = {"http": 80, "https": 443}
PUBLIC_PORTS = frozenset({443, 8443})

# Names that lead inside a network: RFC 6761, 6762, 8375, ICANN's .internal, and the customary names.
_INNER_NAMES = frozenset(
    {
        "localhost",
        "localdomain",
        "local",
        "internal",
        "intranet",
        "private",
        "corp",
        "home",
        "lan",
        "home.arpa",
    }
)

_URL = re.compile(
    r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://"
    r"(?P<authority>[^/?#]*)"
    r"(?P<path>/[^?#]*)?(?P<query>\?[^#]*)?(?P<fragment>#.*)?"
)
_AUTHORITY = re.compile(r"(?P<host>\[[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*\]|[A-Za-z0-9._-]+)(?::(?P<port>[0-9]{1,5}))?")
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
_NUMERIC_LABEL = re.compile(r"[0-9]+|0x[0-9a-f]*")
_NOT_PLAIN = re.compile(r"[^!-~]|\\")
_LONGEST_NAME = 253
_LAST_PORT = 65535


@dataclass(frozen=True, slots=True)
class Target:
    """The parts of a URL. host: a lower-case name or an address without brackets. path: with the query, as sent."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def is_address(self) -> bool:
        return ":" in self.host or _NUMERIC_LABEL.fullmatch(self.host.rpartition(".")[2]) is not None

    @property
    def host_header(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"


def _bad(sentence: str) -> BadRequest:
    return BadRequest(sentence, field="url")


def _split(url: str) -> re.Match[str]:
    if len(url) > MAX_URL:
        raise _bad(f"The webhook URL is longer than {MAX_URL} characters")
    if _NOT_PLAIN.search(url):
        raise _bad(
            "The webhook URL may hold printable ASCII without backslashes only: "
            "percent-encode the path and write the host in its xn-- form"
        )
    parts = _URL.fullmatch(url)
    if parts is None or parts["scheme"].lower() not in DEFAULT_PORTS:
        raise _bad("The webhook URL must start with https:// or, in local stages, http://")
    if parts["fragment"] is not None:
        raise _bad("The webhook URL must not have a fragment (#…)")
    if "@" in parts["authority"]:
        raise _bad("The webhook URL must not carry a user name or a password")
    return parts


def _is_well_formed(host: str) -> bool:
    """Refuses numbers in disguise (127.1, 0x7f.1, 2130706433), empty labels and trailing dots."""
    labels = host.split(".")
    if ":" in host or _NUMERIC_LABEL.fullmatch(labels[-1]):
        try:
            ip_address(host)
        except ValueError:
            return False
        return True
    return len(host) <= _LONGEST_NAME and all(map(_LABEL.fullmatch, labels))


def _parse(url: str) -> Target:
    parts = _split(url)
    authority = _AUTHORITY.fullmatch(parts["authority"])
    host = authority["host"].strip("[]").lower() if authority else ""
    if authority is None or not _is_well_formed(host):
        raise _bad("The webhook URL's host must be a plain host name or an ordinary IP address")
    scheme = parts["scheme"].lower()
    port = int(authority["port"] or DEFAULT_PORTS[scheme])
    if not 0 < port <= _LAST_PORT:
        raise _bad("The webhook URL's port must lie between 1 and 65535")
    return Target(scheme, host, port, (parts["path"] or "/") + (parts["query"] or ""))


def host_of(url: str) -> str:
    """Returns the lower-case host name or address of a URL that was accepted before. Raises BadRequest."""
    return _parse(url).host


def _leads_inside(host: str) -> bool:
    return "." not in host or any(f".{host}".endswith(f".{name}") for name in _INNER_NAMES)


def refuse_inner_address(address: str) -> None:
    """Raises BadRequest if a webhook to this address would not go to the public internet."""
    kind = refusal(address)
    if kind is not None:
        raise _bad(f"The webhook URL leads to {address}, which is not a public address ({kind})")


def _refuse_inner(target: Target) -> None:
    if target.scheme != "https":
        raise _bad("The webhook URL must start with https://")
    if target.port not in PUBLIC_PORTS:
        raise _bad("The webhook URL's port must be 443 or 8443")
    if target.is_address:
        refuse_inner_address(target.host)
    elif _leads_inside(target.host):
        raise _bad(f"The webhook URL's host {target.host} is not a public name")


def parse_url(url: str, *, allow_private: bool) -> Target:
    """Returns the parts of a URL. The caller still has to check the addresses of its host before it connects.

    allow_private: for a local stage, which allows http, any port and any address. Raises BadRequest.
    """
    target = _parse(url)
    if not allow_private:
        _refuse_inner(target)
    return target
