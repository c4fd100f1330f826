"""Makes and finds merchants, and shows their profiles."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from chalicelib.config import TEST_MERCHANT_ID, settings
from chalicelib.domain import clock
from chalicelib.domain.errors import BadRequest
from chalicelib.domain.ids import new_id
from chalicelib.domain.webhooks import SECRET_PREFIX, new_secret
from chalicelib.persistence.api_keys import ApiKey
from chalicelib.persistence.merchant_emails import MerchantEmail
from chalicelib.persistence.merchants import Merchant
from chalicelib.persistence.ownership import existing
from chalicelib.persistence.transactions import Refused, Transaction
from chalicelib.persistence.webhook_endpoints import WebhookEndpoint
from chalicelib.services.caching import TimedCache
from chalicelib.services.merchants import credentials, keys, passwords
from chalicelib.services.merchants.credentials import Caller, Pair
from chalicelib.services.webhooks import endpoints
from chalicelib.telemetry import logger

NAME_SECONDS = 300
TEST_NAME = "Test Merchant"
TEST_WEBHOOK_SECRET = "whsec_test_abc123"
PASSWORD_CHARACTERS = 20
# No merchant has this id.
NOBODY = "nobody"

_faces: TimedCache[dict[str, Any]] = TimedCache(NAME_SECONDS)


@dataclass(frozen=True, slots=True)
class NewMerchant:
    """What a new merchant is shown only once."""

    id: str
    email: str
    pair: Pair
    password: str
    webhook_secret: str


def create(name: str, email: str) -> NewMerchant:
    """Makes a merchant. Raises BadRequest if the email address is taken."""
    password = new_id("pw", PASSWORD_CHARACTERS)
    made = NewMerchant(str(uuid4()), email.lower(), credentials.new_pair(), password, new_secret())
    try:
        _save(made, name)
    except Refused:
        raise BadRequest("A merchant with this email exists", field="email") from None
    return made


def _save(made: NewMerchant, name: str) -> None:
    """Saves the merchant. Raises Refused if another merchant has the email address."""
    endpoint = endpoints.new(made.id, None, secret=made.webhook_secret)
    merchant = Merchant(
        made.id,
        name=name,
        email=made.email,
        password_hash=passwords.hashed(made.password),
        api_key=made.pair.key,
        key_ids={made.pair.key},
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
    """Makes the contract's test merchant if it is missing. Raises RuntimeError outside test stages."""
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
    return existing(Merchant.find(merchant_id, consistent=False) or Merchant.find(merchant_id), "Merchant")


def renew_password(merchant_id: str) -> str:
    """Renews a password and returns it, shown only once. Ends all sessions. Raises NotFound."""
    password = new_id("pw", PASSWORD_CHARACTERS)
    actions = [Merchant.password_hash.set(passwords.hashed(password)), Merchant.session_epoch.add(1)]
    Merchant.alter(merchant_id, actions)
    logger.info("password renewed", merchant_id=merchant_id)
    return password


def by_email(email: str) -> Merchant | None:
    """Finds a merchant by email address.

    An unknown address costs the same reads as a known one, so that the time does not tell them apart.
    """
    owner = MerchantEmail.find(email.lower())
    return Merchant.find(owner.merchant_id if owner else NOBODY)


def face_of(merchant_id: str) -> dict[str, Any]:
    """Returns what payers see of a merchant: name, logo_url and color. Raises NotFound."""
    known = _faces.get(merchant_id)
    return _faces.put(merchant_id, _face(find(merchant_id))) if known is None else known


def _face(merchant: Merchant) -> dict[str, Any]:
    return {"name": merchant.name, "logo_url": merchant.logo_url, "color": merchant.color}


def forget(merchant_id: str) -> None:
    """Drops what this process remembers of the merchant's face."""
    _faces.forget(merchant_id)


def name_of(merchant_id: str) -> str:
    return str(face_of(merchant_id)["name"])


def test_merchant() -> dict[str, Any]:
    """Returns what a test suite asks for first."""
    merchant = find(TEST_MERCHANT_ID)
    return {"id": merchant.id, "email": merchant.email, "api_key": merchant.api_key, "seeded": True}


def profile(merchant_id: str) -> dict[str, Any]:
    """Shows the profile with only the end of the webhook secret. reveal() shows whole secrets and is logged."""
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
        "logo_url": merchant.logo_url,
        "color": merchant.color,
        "time_zone": merchant.time_zone,
        "created_at": merchant.created_at,
    }


def _masked(secret: str) -> str:
    return f"{SECRET_PREFIX}…{secret[-4:]}"


def reveal(caller: Caller) -> dict[str, Any]:
    """Returns the secrets in clear. Raises Forbidden for a pair that may not see them.

    The API secret is None if the primary pair was revoked.
    """
    merchant, secret = keys.reveal_primary(caller)
    return {
        "api_key": merchant.api_key,
        "api_secret": secret,
        "webhook_secret": endpoints.secrets(endpoints.primary(merchant))[0],
    }
