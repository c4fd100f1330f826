"""Signs what a payer's browser carries back to the merchant, so that the merchant can trust it.

The key is the secret of the merchant's API key, which no browser may see. A signature goes only to the merchant, and to
the window in which the payer has just paid.
"""

import hashlib
import hmac

from chalicelib.domain.errors import AuthenticationFailed
from chalicelib.persistence.api_keys import ApiKey
from chalicelib.services.merchants import credentials


def of_payment(merchant_id: str, key_id: str, order_id: str, payment_id: str) -> str:
    """Returns the hex HMAC-SHA256 of `order|payment`. Raises AuthenticationFailed unless the key is the merchant's."""
    return _signed(merchant_id, key_id, order_id, payment_id)


def of_link(merchant_id: str, key_id: str, *parts: str) -> str:
    """Returns the signature of a link's return. parts: link, reference, status and payment, in this order."""
    return _signed(merchant_id, key_id, *parts)


def of_subscription(merchant_id: str, key_id: str, payment_id: str, subscription_id: str) -> str:
    """Returns the hex HMAC-SHA256 of `payment|subscription`. Raises as of_payment() does."""
    return _signed(merchant_id, key_id, payment_id, subscription_id)


def _signed(merchant_id: str, key_id: str, *parts: str) -> str:
    stored = ApiKey.find(key_id)
    if stored is None or stored.merchant_id != merchant_id or not credentials.is_live(stored):
        raise AuthenticationFailed
    secret = credentials.reveal(stored)
    return hmac.new(secret.encode(), "|".join(parts).encode(), hashlib.sha256).hexdigest()
