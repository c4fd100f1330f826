from typing import Any

from chalicelib.api.call import MAX_KEY, Call
from chalicelib.api.paging import day
from chalicelib.api.routing import Routes
from chalicelib.api.schemas import NewMerchant, ProfileChange, Rotation, SignIn, WebhookUrl, check_currency
from chalicelib.domain.money import DEFAULT_CURRENCY
from chalicelib.domain.scopes import Scope
from chalicelib.services.merchants import accounts, auth, branding, framing, keys
from chalicelib.services.reports import stats
from chalicelib.services.webhooks import endpoints

routes = Routes(__name__)


@routes.on("GET", "/api/v1/merchants/profile", scope=Scope.ACCOUNT_READ)
def get_profile(call: Call) -> Any:
    return accounts.profile(call.merchant_id)


@routes.on("PATCH", "/api/v1/merchants/profile", scope=Scope.ACCOUNT_WRITE, body=ProfileChange)
def change_profile(call: Call, wanted: ProfileChange) -> Any:
    if wanted.allowed_frame_origins is not None:
        framing.allow(call.merchant_id, wanted.allowed_frame_origins)
    branding.change(call.merchant_id, wanted.branding())
    return accounts.profile(call.merchant_id)


@routes.on("POST", "/api/v1/merchants/reveal", scope=Scope.KEYS_WRITE)
def reveal_secrets(call: Call) -> Any:
    return accounts.reveal(call.caller)


@routes.on("POST", "/api/v1/merchants/rotate-key", scope=Scope.KEYS_WRITE, body=Rotation)
def rotate_key(call: Call, rotation: Rotation) -> Any:
    pair = keys.rotate(call.caller, revoke_old=rotation.revoke_old)
    return {"api_key": pair.key, "api_secret": pair.secret}


@routes.on("PUT", "/api/v1/merchants/webhook", scope=Scope.WEBHOOKS_WRITE, body=WebhookUrl)
def set_webhook(call: Call, wanted: WebhookUrl) -> Any:
    url = (wanted.webhook_url or "").strip() or None
    endpoint = endpoints.set_primary_url(accounts.find(call.merchant_id), url)
    return {"webhook_url": endpoint.url, "webhook_enabled": endpoint.enabled}


@routes.on("POST", "/api/v1/merchants/webhook/regenerate-secret", scope=Scope.WEBHOOKS_WRITE)
def regenerate_secret(call: Call) -> Any:
    endpoint = endpoints.primary(accounts.find(call.merchant_id))
    _, secret = endpoints.rotate_secret(call.merchant_id, endpoint.id)
    return {"webhook_secret": secret}


@routes.on("POST", "/api/v1/merchants/webhook/test", scope=Scope.WEBHOOKS_WRITE)
def test_webhook(call: Call) -> Any:
    endpoint = endpoints.primary(accounts.find(call.merchant_id))
    return endpoints.send_test(endpoint, call.request_id)


@routes.on("GET", "/api/v1/dashboard/stats", scope=Scope.ACCOUNT_READ, query=("from", "to", "currency"))
def get_stats(call: Call) -> Any:
    first, last = (day(call.query.get(name), name) for name in ("from", "to"))
    currency = check_currency(call.query.get("currency") or DEFAULT_CURRENCY)
    return stats.stats(call.merchant_id, first, last, currency)


@routes.on("GET", "/api/v1/search", scope=Scope.PAYMENTS_READ, query=("q",))
def find_anything(call: Call) -> Any:
    from chalicelib.services.reports import search  # noqa: PLC0415  # rarely used; no cold start should wait for it

    for scope in (Scope.ORDERS_READ, Scope.REFUNDS_READ):
        call.caller.require(scope)
    return search.search(call.merchant_id, call.query.get("q", "")[:MAX_KEY])


@routes.on("POST", "/api/v1/auth/session", body=SignIn, public=True)
def sign_in(call: Call, who: SignIn) -> Any:
    return auth.sign_in(who.email.strip(), who.password, call.address)


@routes.on("DELETE", "/api/v1/auth/session", scope=Scope.KEYS_WRITE)
def sign_out(call: Call) -> Any:
    auth.sign_out(call.token)
    return {"signed_out": True}


@routes.on("DELETE", "/api/v1/auth/sessions", scope=Scope.KEYS_WRITE)
def end_sessions(call: Call) -> Any:
    auth.end_sessions(call.merchant_id)
    return {"signed_out": True}


@routes.on("POST", "/api/v1/admin/merchants", public=True)
def create_merchant(call: Call) -> Any:
    """Makes a merchant for the operator. Answers 404 unless ADMIN_TOKEN is set."""
    auth.check_operator(call.token, call.address)
    wanted = call.parse(NewMerchant)
    made = accounts.create(wanted.name, wanted.email)
    return 201, {
        "id": made.id,
        "name": wanted.name,
        "email": made.email,
        "api_key": made.pair.key,
        "api_secret": made.pair.secret,
        "password": made.password,
        "webhook_secret": made.webhook_secret,
    }
