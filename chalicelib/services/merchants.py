"""Merchants: making one, its profile, its keys."""

from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import uuid4

from chalicelib.config import TEST_MERCHANT_ID, settings
from chalicelib.domain import clock
from chalicelib.domain.errors import BadRequest, Forbidden, NotFound
from chalicelib.domain.ids import new_id
from chalicelib.domain.webhooks import SECRET_PREFIX, new_secret
from chalicelib.persistence.api_keys import ApiKey
from chalicelib.persistence.merchant_emails import MerchantEmail
from chalicelib.persistence.merchants import Merchant
from chalicelib.persistence.transactions import Refused, Transaction
from chalicelib.persistence.webhook_endpoints import WebhookEndpoint
from chalicelib.services import credentials, endpoints
from chalicelib.services.caching import TimedCache
from chalicelib.services.credentials import Pair
from chalicelib.telemetry import logger

NAME_SECONDS = 300
TEST_NAME = "Test Merchant"
TEST_WEBHOOK_SECRET = "whsec_test_abc123"
PASSWORD_CHARACTERS = 20

_names: TimedCache[str] = TimedCache(NAME_SECONDS)


@dataclass(frozen=True, slots=True)
class NewMerchant:
    """What is shown once, when a merchant is made."""

    id: str
    email: str
    pair: Pair
    password: str
    webhook_secret: str


@cache
def hasher() -> Any:
    """argon2id with the library's defaults (RFC 9106, low memory); imported only where passwords are."""
    from argon2 import PasswordHasher  # noqa: PLC0415

    return PasswordHasher()


def create(name: str, email: str) -> NewMerchant:
    """Raises BadRequest if the address is taken."""
    password = new_id("pw", PASSWORD_CHARACTERS)
    made = NewMerchant(str(uuid4()), email.lower(), credentials.new_pair(), password, new_secret())
    try:
        _save(made, name)
    except Refused:
        raise BadRequest("A merchant with this email exists", field="email") from None
    return made


def _save(made: NewMerchant, name: str) -> None:
    """Raises Refused, by the address where another merchant has it."""
    endpoint = endpoints.new(made.id, None, secret=made.webhook_secret)
    merchant = Merchant(
        made.id,
        name=name,
        email=made.email,
        password_hash=hasher().hash(made.password),
        api_key=made.pair.key,
        primary_endpoint_id=endpoint.id,
        created_at=clock.iso(clock.now()),
    )
    transaction = Transaction()
    transaction.put("merchant", merchant, Merchant.id.does_not_exist())
    email = MerchantEmail(made.email, merchant_id=made.id)
    transaction.put("email", email, MerchantEmail.id.does_not_exist())
    transaction.put("api key", credentials.record(made.id, made.pair), ApiKey.id.does_not_exist())
    transaction.put("endpoint", endpoint, WebhookEndpoint.id.does_not_exist())
    transaction.commit()


def seed_test_merchant() -> None:
    """Makes the contract's test merchant where it is missing. Raises RuntimeError outside test stages."""
    now = settings()
    if not now.is_test_stage:
        raise RuntimeError(f"stage {now.stage} is not seeded with known credentials")
    pair = Pair(now.test_api_key, now.test_api_secret)
    email, password = now.test_merchant_email.lower(), now.test_dashboard_password
    made = NewMerchant(TEST_MERCHANT_ID, email, pair, password, TEST_WEBHOOK_SECRET)
    if Merchant.find(TEST_MERCHANT_ID) is None:
        try:
            _save(made, TEST_NAME)
        except Refused:
            logger.info("another process has seeded the test merchant, or another merchant has its email or key")


def find(merchant_id: str) -> Merchant:
    merchant = Merchant.find(merchant_id, consistent=False) or Merchant.find(merchant_id)
    if merchant is None:
        raise NotFound("Merchant")
    return merchant


def by_email(email: str) -> Merchant | None:
    owner = MerchantEmail.find(email.lower())
    return Merchant.find(owner.merchant_id) if owner else None


def name_of(merchant_id: str) -> str:
    known = _names.get(merchant_id)
    return _names.put(merchant_id, find(merchant_id).name) if known is None else known


def test_merchant() -> dict[str, Any]:
    """What a test suite asks for first."""
    merchant = find(TEST_MERCHANT_ID)
    return {"id": merchant.id, "email": merchant.email, "api_key": merchant.api_key, "seeded": True}


def profile(merchant_id: str) -> dict[str, Any]:
    """With the end of the webhook secret only: reveal() shows secrets and is logged."""
    merchant = find(merchant_id)
    endpoint = endpoints.primary(merchant)
    return {
        "id": merchant.id,
        "name": merchant.name,
        "email": merchant.email,
        "api_key": merchant.api_key,
        "webhook_url": endpoint.url,
        "webhook_secret": _masked(endpoints.secrets(endpoint)[0]),
        "webhook_enabled": endpoint.enabled,
        "webhook_endpoint_id": endpoint.id,
        "allowed_frame_origins": list(merchant.allowed_frame_origins or ()),
        "created_at": merchant.created_at,
    }


def _masked(secret: str) -> str:
    return f"{SECRET_PREFIX}…{secret[-4:]}"


def reveal(merchant_id: str, key: str = "") -> dict[str, Any]:
    """The secrets in clear. key: as with_newest_key has it."""
    merchant = with_newest_key(merchant_id, key)
    logger.info("secrets revealed", merchant_id=merchant_id)
    return {
        "api_key": merchant.api_key,
        "api_secret": credentials.reveal(merchant.api_key),
        "webhook_secret": endpoints.secrets(endpoints.primary(merchant))[0],
    }


def with_newest_key(merchant_id: str, key: str) -> Merchant:
    """key: of the pair that asks; "" for a dashboard session and an operator.

    Raises Forbidden for the pair before, which moves money for its last day: else whoever stole it would learn the new one.
    """
    merchant = Merchant.find(merchant_id)
    if merchant is None:
        raise NotFound("Merchant")
    if key and merchant.api_key != key:
        raise Forbidden("This API key was rotated away: use the new one, or sign in to the dashboard")
    return merchant


def rotate_key(merchant_id: str, key: str = "") -> Pair:
    """A new pair; the one before works for credentials.OVERLAP_SECONDS more, but shows and changes no secret.

    key: as with_newest_key has it; that it still is the newest is the transaction's condition.
    """
    merchant, pair = with_newest_key(merchant_id, key), credentials.new_pair()
    transaction = Transaction()
    transaction.put("api key", credentials.record(merchant_id, pair), ApiKey.id.does_not_exist())
    expires_at = int(clock.now()) + credentials.OVERLAP_SECONDS
    transaction.update("old key", ApiKey(merchant.api_key), [ApiKey.expires_at.set(expires_at)], ApiKey.id.exists())
    unchanged = Merchant.api_key == merchant.api_key
    transaction.update("merchant", merchant, [Merchant.api_key.set(pair.key)], unchanged)
    try:
        transaction.commit()
    except Refused:
        raise BadRequest("The key is being rotated by another request") from None
    credentials.forget()
    logger.info("api key rotated", merchant_id=merchant_id)
    return pair
