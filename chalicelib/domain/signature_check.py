"""Explains why a signature fails: checks each rule by itself, and tries the usual mistakes until one explains it.

The mistakes are data on three axes: which key was used, which body was signed, and what was signed beside the body. The
combination without a mistake comes first.
"""

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from chalicelib.domain.webhooks import SECRET_PREFIX, compact_json, standard_key

TOLERANCE = 300  # seconds, both ways, as the standardwebhooks package has it

_TIMESTAMP = "webhook-timestamp"


@dataclass(frozen=True, slots=True)
class Check:
    """One check. name: stable, for programs. explanation: for the merchant's developer."""

    name: str
    passed: bool
    explanation: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A secret that may have signed. is_previous: the secret was rotated away and is in its grace period."""

    endpoint_id: str
    secret: str
    is_previous: bool = False


@dataclass(frozen=True, slots=True)
class _Scheme:
    """headers: all that the scheme needs, the signature last. keys and contents: by mistake; "" is no mistake."""

    name: str
    headers: tuple[str, ...]
    form: str
    prefix: str
    keys: Mapping[str, Callable[[str], bytes]]
    contents: Mapping[str, Callable[[bytes, Mapping[str, str]], bytes]]


@dataclass(frozen=True, slots=True)
class _Signature:
    """A signature as read from a header. digest: None if the header's form is unknown."""

    prefix: str
    form: str
    digest: bytes | None


def _whole(secret: str) -> bytes:
    return secret.encode()


def _without_prefix(secret: str) -> bytes:
    return secret.removeprefix(SECRET_PREFIX).encode()


def _body_alone(body: bytes, _headers: Mapping[str, str]) -> bytes:
    return body


def _with_id_and_timestamp(body: bytes, headers: Mapping[str, str]) -> bytes:
    return f"{headers.get('webhook-id')}.{headers.get('webhook-timestamp')}.".encode() + body


_STRIPPED = f"the key was the secret without its {SECRET_PREFIX} prefix"

_HEX_SCHEME = _Scheme(
    name="x_webhook_signature",
    headers=("x-webhook-signature",),
    form="lower-case hex",
    prefix="",
    keys={
        "": _whole,
        f"{_STRIPPED}; it is the whole string": _without_prefix,
        "the key was the base64-decoded secret; it is the whole secret string as shown": standard_key,
    },
    contents={
        "": _body_alone,
        "id, timestamp and body were signed; this header signs the body alone": _with_id_and_timestamp,
    },
)
_STANDARD_SCHEME = _Scheme(
    name="webhook_signature",
    headers=("webhook-id", _TIMESTAMP, "webhook-signature"),
    form="base64",
    prefix="v1,",
    keys={
        "": standard_key,
        "the key was the secret string itself; it is what follows whsec_, base64-decoded": _whole,
        f"{_STRIPPED}, but not base64-decoded": _without_prefix,
    },
    contents={
        "": _with_id_and_timestamp,
        "the body alone was signed; this header signs `id.timestamp.body`": _body_alone,
    },
)

_PREFIX = re.compile(r"(v1a?,|v1=|sha256[=:]|hmac-sha256=|)(.*)", re.IGNORECASE | re.DOTALL)
_FORMS: tuple[tuple[str, re.Pattern[str], Callable[[str], bytes]], ...] = (
    ("lower-case hex", re.compile(r"[0-9a-f]{64}"), bytes.fromhex),
    ("hex with upper-case letters", re.compile(r"[0-9a-fA-F]{64}"), bytes.fromhex),
    ("base64", re.compile(r"[A-Za-z0-9+/]{43}="), base64.b64decode),
    (
        "base64 without its padding",
        re.compile(r"[A-Za-z0-9+/]{43}"),
        lambda text: base64.b64decode(text + "="),
    ),
    (
        "URL-safe base64",
        re.compile(r"[\w-]{43}=?", re.ASCII),
        lambda text: base64.urlsafe_b64decode(text + "="),
    ),
)


def _read(text: str) -> _Signature:
    match = _PREFIX.fullmatch(text)
    prefix, rest = (match[1], match[2]) if match else ("", text)
    for form, pattern, decode in _FORMS:
        if pattern.fullmatch(rest):
            return _Signature(prefix, form, decode(rest))
    return _Signature(prefix, "neither hex nor base64 of 32 bytes", None)


def _encoding(scheme: _Scheme, signatures: Sequence[_Signature]) -> Check:
    """Checks the encoding. One well-formed signature is enough: a header may carry others for other schemes."""
    name = f"{scheme.name}_encoding"
    wanted = f"{scheme.form} of 32 bytes" + (f" after `{scheme.prefix}`" if scheme.prefix else " without a prefix")
    if any((s.prefix, s.form) == (scheme.prefix, scheme.form) for s in signatures):
        return Check(name, passed=True, explanation=f"The signature is {wanted}.")
    first = signatures[0]
    found = first.form + (f" after `{first.prefix}`" if first.prefix else " without a prefix")
    return Check(name, passed=False, explanation=f"The signature must be {wanted}; this one is {found}.")


def _compact(body: bytes) -> bytes:
    return compact_json(json.loads(body)).encode()


def _in_our_order(body: bytes) -> bytes:
    message = json.loads(body)
    return compact_json({key: message[key] for key in ("id", "event", "timestamp", "sequence", "data")}).encode()


_BODIES: Mapping[str, Callable[[bytes], bytes]] = {
    "": lambda body: body,
    "the body has white space around it that was not sent": bytes.strip,
    "the body was parsed and serialised again (its white space, escapes or number-like keys differ); "
    "use the bytes as they arrive": _compact,
    "the body was parsed and serialised again with its keys in another order; use the bytes as they arrive": (
        _in_our_order
    ),
}


_ALTERED = "the body is replaced by the one that was sent with this webhook-id; use the bytes as they arrive"
_REORDERED = "the body was parsed and serialised again, which changed its keys' order; use the bytes as they arrive"


def _mistake_against(sent: bytes, body: bytes) -> str:
    try:
        return _REORDERED if json.loads(sent) == json.loads(body) else _ALTERED
    except (ValueError, RecursionError):
        return _ALTERED


def _bodies(body: bytes, sent: bytes | None) -> dict[str, bytes]:
    """Returns the bodies that may have been signed, by their mistake. A body that is not JSON has fewer."""
    variants: dict[str, bytes] = {}
    for mistake, change in _BODIES.items():
        try:
            changed = change(body)
        except (ValueError, KeyError, TypeError, RecursionError):
            continue
        if changed not in variants.values():
            variants[mistake] = changed
    if sent is not None and sent not in variants.values():
        variants[_mistake_against(sent, body)] = sent
    return variants


def _trials(
    scheme: _Scheme, bodies: Mapping[str, bytes], headers: Mapping[str, str], candidates: Sequence[Candidate]
) -> Iterator[tuple[list[str], Candidate, bytes]]:
    """Yields mistakes, the secret, and the digest that they give. The trials without a mistake come first."""
    axes = product(bodies.items(), scheme.contents.items(), scheme.keys.items())
    for (in_body, variant), (in_content, content), (in_key, key) in axes:
        message = content(variant, headers)
        mistakes = [mistake for mistake in (in_body, in_content, in_key) if mistake]
        for candidate in candidates:
            yield mistakes, candidate, hmac.digest(key(candidate.secret), message, hashlib.sha256)


def _verdict(mistakes: Sequence[str], signer: Candidate, endpoint_id: str | None) -> tuple[bool, str]:
    if mistakes:
        return (
            False,
            f"With the secret of endpoint {signer.endpoint_id} it fits if {', and '.join(mistakes)}.",
        )
    if endpoint_id not in {None, signer.endpoint_id}:
        return False, f"The secret of another endpoint signed this: {signer.endpoint_id}, not {endpoint_id}."
    if signer.is_previous:
        return True, f"The previous secret of endpoint {signer.endpoint_id} signed this; switch over."
    return True, f"The current secret of endpoint {signer.endpoint_id} signed exactly this body."


_UNEXPLAINED = (
    "No secret of your endpoints, current or previous, gives this signature for this body. "
    "Either the body is not the one that was sent, byte for byte, or the secret is another account's."
)
_NO_SECRET = (
    "The body is the one that was sent with this webhook-id, byte for byte, so it is the secret that does not fit: "
    "no endpoint of yours has it now, or had it within the time that a rotated one still signs."
)


def _signed_by(
    scheme: _Scheme,
    signatures: Sequence[_Signature],
    trials: Iterator[tuple[list[str], Candidate, bytes]],
    endpoint_id: str | None,
    unexplained: str,
) -> Check:
    name = f"{scheme.name}_matches"
    digests = [signature.digest for signature in signatures if signature.digest is not None]
    for mistakes, candidate, expected in trials:
        if any(hmac.compare_digest(expected, digest) for digest in digests):
            return Check(name, *_verdict(mistakes, candidate, endpoint_id))
    return Check(name, passed=False, explanation=unexplained)


def _timestamp(text: str, now: float) -> Check:
    name = "webhook_timestamp_in_tolerance"
    if not re.fullmatch(r"[0-9]{1,12}", text):
        return Check(name, passed=False, explanation="webhook-timestamp must be Unix time in whole seconds.")
    age = round(now - int(text))
    if abs(age) <= TOLERANCE:
        return Check(name, passed=True, explanation=f"It is {abs(age)} s off; {TOLERANCE} s are allowed.")
    side = f"{age} s old: a replay or a long queue" if age > 0 else f"{-age} s in the future: a clock is wrong"
    return Check(name, passed=False, explanation=f"The timestamp is {side}; {TOLERANCE} s are allowed.")


def _present(scheme: _Scheme, missing: Sequence[str]) -> Check:
    name = f"{scheme.name}_present"
    if not missing:
        return Check(name, passed=True, explanation="Every header it needs is there.")
    listed = ", ".join(missing)
    return Check(name, passed=False, explanation=f"Missing: {listed}. A proxy or framework may have dropped it.")


def check_signature(
    body: str,
    headers: Mapping[str, str],
    candidates: Sequence[Candidate],
    now: float,
    *,
    endpoint_id: str | None = None,
    sent: str | None = None,
) -> list[Check]:
    """Returns every check of the schemes that have a header here; of both schemes if neither has.

    headers: names in any case. candidates: the merchant's secrets, current ones first. now: Unix seconds. endpoint_id:
    the endpoint that ought to have signed, if the merchant named one. sent: the body that was sent with the webhook-id
    in the headers, if it is known.
    """
    given = {name.lower(): value.strip() for name, value in headers.items() if value.strip()}
    raw = body.encode("utf-8", "surrogatepass")
    bodies = _bodies(raw, None if sent is None else sent.encode())
    unexplained = _NO_SECRET if body == sent else _UNEXPLAINED
    checks = []
    for scheme in _with_a_header(given):
        missing = [name for name in scheme.headers if name not in given]
        checks.append(_present(scheme, missing))
        if _TIMESTAMP in scheme.headers and _TIMESTAMP in given:
            checks.append(_timestamp(given[_TIMESTAMP], now))
        if not missing:
            signatures = [_read(text) for text in given[scheme.headers[-1]].split()]
            trials = _trials(scheme, bodies, given, candidates)
            matches = _signed_by(scheme, signatures, trials, endpoint_id, unexplained)
            checks += [_encoding(scheme, signatures), matches]
    return checks


def _with_a_header(given: Mapping[str, str]) -> list[_Scheme]:
    schemes = [_HEX_SCHEME, _STANDARD_SCHEME]
    return [scheme for scheme in schemes if not given.keys().isdisjoint(scheme.headers)] or schemes
