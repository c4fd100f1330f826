"""Explains why a signature fails: checks each rule by itself, and tries the usual mistakes one at a time."""

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from chalicelib.domain.webhooks import SECRET_PREFIX, compact_json, standard_key

TOLERANCE = 300  # seconds, both ways, as the standardwebhooks package has it

_TIMESTAMP = "webhook-timestamp"

Headers = Mapping[str, str]
Key = Callable[[str], bytes]
Text = Callable[[bytes, Headers], bytes]


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
    """headers: all that the scheme needs, the signature last. key and text: what signs, and what is signed.

    wrong_keys, wrong_texts: the usual mistakes, by their explanation.
    """

    name: str
    headers: tuple[str, ...]
    form: str
    prefix: str
    key: Key
    text: Text
    wrong_keys: Mapping[str, Key]
    wrong_texts: Mapping[str, Text]


def _whole(secret: str) -> bytes:
    return secret.encode()


def _without_prefix(secret: str) -> bytes:
    return secret.removeprefix(SECRET_PREFIX).encode()


def _body_alone(body: bytes, _headers: Headers) -> bytes:
    return body


def _with_id_and_timestamp(body: bytes, headers: Headers) -> bytes:
    return f"{headers.get('webhook-id')}.{headers.get(_TIMESTAMP)}.".encode() + body


_STRIPPED = f"the key was the secret without its {SECRET_PREFIX} prefix"

_SCHEMES = [
    _Scheme(
        name="x_webhook_signature",
        headers=("x-webhook-signature",),
        form="lower-case hex",
        prefix="",
        key=_whole,
        text=_body_alone,
        wrong_keys={
            f"{_STRIPPED}; it is the whole string": _without_prefix,
            "the key was the base64-decoded secret; it is the whole secret string as shown": standard_key,
        },
        wrong_texts={"id, timestamp and body were signed; this header signs the body alone": _with_id_and_timestamp},
    ),
    _Scheme(
        name="webhook_signature",
        headers=("webhook-id", _TIMESTAMP, "webhook-signature"),
        form="base64",
        prefix="v1,",
        key=standard_key,
        text=_with_id_and_timestamp,
        wrong_keys={
            "the key was the secret string itself; it is what follows whsec_, base64-decoded": _whole,
            f"{_STRIPPED}, but not base64-decoded": _without_prefix,
        },
        wrong_texts={"the body alone was signed; this header signs `id.timestamp.body`": _body_alone},
    ),
]

_PREFIX = re.compile(r"(v1a?,|v1=|sha256[=:]|hmac-sha256=|)(.*)", re.IGNORECASE | re.DOTALL)
_FORMS: tuple[tuple[str, str, Key], ...] = (
    ("lower-case hex", "[0-9a-f]{64}", bytes.fromhex),
    ("hex with upper-case letters", "[0-9a-fA-F]{64}", bytes.fromhex),
    ("base64", "[A-Za-z0-9+/]{43}=", base64.b64decode),
    ("base64 without its padding", "[A-Za-z0-9+/]{43}", lambda text: base64.b64decode(text + "=")),
    ("URL-safe base64", "[A-Za-z0-9_-]{43}=?", lambda text: base64.urlsafe_b64decode(text + "=")),
)


@dataclass(frozen=True, slots=True)
class _Signature:
    """A signature as read from a header. digest: None if the header's form is unknown."""

    prefix: str
    form: str
    digest: bytes | None


def _read(text: str) -> _Signature:
    match = _PREFIX.fullmatch(text)
    prefix, rest = (match[1], match[2]) if match else ("", text)
    for form, pattern, decode in _FORMS:
        if re.fullmatch(pattern, rest):
            return _Signature(prefix, form, decode(rest))
    return _Signature(prefix, "neither hex nor base64 of 32 bytes", None)


def _encoding(scheme: _Scheme, signatures: Sequence[_Signature]) -> Check:
    """Checks the encoding. One well-formed signature is enough: a header may carry others for other schemes."""
    name = f"{scheme.name}_encoding"
    wanted = _described(scheme.form + " of 32 bytes", scheme.prefix)
    if any((s.prefix, s.form) == (scheme.prefix, scheme.form) for s in signatures):
        return Check(name, passed=True, explanation=f"The signature is {wanted}.")
    found = _described(signatures[0].form, signatures[0].prefix)
    return Check(name, passed=False, explanation=f"The signature must be {wanted}; this one is {found}.")


def _described(form: str, prefix: str) -> str:
    return form + (f" after `{prefix}`" if prefix else " without a prefix")


_SPACED = "the body has white space around it that was not sent"
_SERIALISED = (
    "the body was parsed and serialised again, which changed its white space, its escapes or its keys' order; "
    "use the bytes as they arrive"
)
_ALTERED = "the body is replaced by the one that was sent with this webhook-id; use the bytes as they arrive"


def _wrong_bodies(body: bytes, sent: bytes | None) -> dict[str, bytes]:
    """Returns the bodies that may have been signed instead, by mistake. sent: the body of this webhook-id, if known."""
    try:
        value = json.loads(body)
        again, same = compact_json(value).encode(), sent is not None and json.loads(sent) == value
    except (ValueError, RecursionError):
        again, same = body, False
    known = {} if sent is None else {_SERIALISED if same else _ALTERED: sent}
    return {_SPACED: body.strip(), _SERIALISED: again} | known


def _trials(scheme: _Scheme, body: bytes, sent: bytes | None, headers: Headers) -> Iterator[tuple[str, Key, bytes]]:
    """Yields a mistake, and the key and the text that it uses. The first trial is without a mistake."""
    right = scheme.text(body, headers)
    yield "", scheme.key, right
    for mistake, variant in _wrong_bodies(body, sent).items():
        yield mistake, scheme.key, scheme.text(variant, headers)
    for mistake, key in scheme.wrong_keys.items():
        yield mistake, key, right
    for mistake, text in scheme.wrong_texts.items():
        yield mistake, scheme.key, text(body, headers)


def _signer(
    digests: Sequence[bytes], trials: Iterator[tuple[str, Key, bytes]], candidates: Sequence[Candidate]
) -> tuple[str, Candidate] | None:
    """Returns the first mistake that explains one of the digests, and the secret that signed."""
    for mistake, key, text in trials:
        for candidate in candidates:
            expected = hmac.digest(key(candidate.secret), text, hashlib.sha256)
            if any(hmac.compare_digest(expected, digest) for digest in digests):
                return mistake, candidate
    return None


def _verdict(mistake: str, signer: Candidate, endpoint_id: str | None) -> tuple[bool, str]:
    if mistake:
        return False, f"With the secret of endpoint {signer.endpoint_id} it fits if {mistake}."
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
    headers: Headers,
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
    raw, sent_raw = body.encode("utf-8", "surrogatepass"), None if sent is None else sent.encode()
    checks = []
    for scheme in [each for each in _SCHEMES if not given.keys().isdisjoint(each.headers)] or _SCHEMES:
        missing = [name for name in scheme.headers if name not in given]
        checks.append(_present(scheme, missing))
        if _TIMESTAMP in scheme.headers and _TIMESTAMP in given:
            checks.append(_timestamp(given[_TIMESTAMP], now))
        if not missing:
            signatures = [_read(text) for text in given[scheme.headers[-1]].split()]
            digests = [signature.digest for signature in signatures if signature.digest is not None]
            signer = _signer(digests, _trials(scheme, raw, sent_raw, given), candidates)
            unexplained = False, _NO_SECRET if body == sent else _UNEXPLAINED
            matches = _verdict(*signer, endpoint_id) if signer else unexplained
            checks += [_encoding(scheme, signatures), Check(f"{scheme.name}_matches", *matches)]
    return checks
