"""Payment links. Their errors have a shape of their own."""

from collections.abc import Callable
from typing import Any

from chalicelib.config import settings
from chalicelib.domain import clock
from chalicelib.domain.errors import BadRequest, Reason
from chalicelib.domain.money import MIN_AMOUNT
from chalicelib.domain.orders import CaptureMode, check_return_url
from chalicelib.domain.scopes import Scope
from chalicelib.razorpay import orders, router
from chalicelib.razorpay.asked import Asked
from chalicelib.razorpay.errors import Refusal
from chalicelib.razorpay.fields import Fields
from chalicelib.services import links
from chalicelib.services.entities import links as entities
from chalicelib.services.entities.common import Entity
from chalicelib.services.links import Change, Wish
from chalicelib.services.orders import Terms
from chalicelib.services.payments import records

MAX_REFERENCE, MAX_DESCRIPTION = 40, 2048
# The least seconds from now to the end of a link.
SHORTEST_LIFE = 15 * 60
TOO_SHORT = "expire_by should be at least 15 minutes after current time."
CUSTOMER = {"name": 255, "email": 255, "contact": 32}
WAYS = ("email", "sms", "whatsapp")


def on(method: str, path: str, scope: Scope) -> Callable[[router.V], router.V]:
    """Registers a view whose errors have the links' shape."""
    return router.on(method, f"/v1/payment_links{path}", scope, plain=True)


@on("POST", "", Scope.ORDERS_WRITE)
def create_link(asked: Asked) -> Entity:
    body = asked.body
    in_parts = body.switch("accept_partial")
    wish = Wish(
        key_id=asked.key or None,
        reference_id=body.text("reference_id", MAX_REFERENCE),
        customer=_customer(body.inner("customer")),
        notes=body.notes(),
        notify=_notify(body.inner("notify")),
        callback_url=_callback_url(body),
        reminder_enable=body.switch("reminder_enable"),
        upi_link=body.switch("upi_link"),
        accept_partial=in_parts,
        first_min_partial_amount=body.optional_integer("first_min_partial_amount") if in_parts else None,
    )
    return _shown(links.create(asked.merchant_id, _terms(body, wish), wish, asked.request_id))


def _terms(body: Fields, wish: Wish) -> Terms:
    return Terms(
        orders.amount_of(body),
        body.currency(),
        receipt=None,
        notes=wish.notes or {},
        capture=CaptureMode.AUTOMATIC,
        capture_within=None,
        expires_at=_expire_by(body),
        return_url=None,
        description=body.text("description", MAX_DESCRIPTION),
        customer=wish.customer,
        first_part_min=(wish.first_min_partial_amount or MIN_AMOUNT) if wish.accept_partial else None,
    )


def _expire_by(body: Fields) -> float | None:
    """Returns the link's end in Unix seconds; 0 means none. Raises Refusal for an end that is too near."""
    moment = body.optional_integer("expire_by")
    if not moment:
        return None
    if moment < clock.now() + SHORTEST_LIFE:
        raise Refusal(TOO_SHORT)
    return float(moment)


def _customer(body: Fields) -> dict[str, Any]:
    told = {name: body.text(name, most) for name, most in CUSTOMER.items()}
    return {name: value for name, value in told.items() if value is not None}


def _notify(body: Fields) -> dict[str, bool]:
    return {way: bool(body.switch(way)) for way in WAYS}


def _callback_url(body: Fields) -> str | None:
    """Returns the URL to which the payer goes back. Raises Refusal, or BadRequest for a URL that no browser may open."""
    url = body.text("callback_url", MAX_DESCRIPTION)
    if body.text("callback_method") not in {None, "get"}:
        raise Refusal("callback_method must be get.")
    if url is not None:
        check_return_url(url, allow_http=settings().is_test_stage)
    return url


def _shown(link: Any) -> Entity:
    return entities.shown([link])[0]


@on("GET", "", Scope.ORDERS_READ)
def list_links(asked: Asked) -> Entity:
    """Lists links under their own name, as the clients expect of links only."""
    if reference := asked.query.text("reference_id"):
        found = links.of_reference(asked.merchant_id, reference)
    elif payment_id := asked.query.text("payment_id"):
        payment = records.find(payment_id, asked.merchant_id)
        found = links.of_payment(asked.merchant_id, payment.order_id)
    else:
        found = list(links.page(asked.list_query()))
    return {"payment_links": entities.shown(found)}


@on("GET", "/{link_id}", Scope.ORDERS_READ)
def get_link(asked: Asked, link_id: str) -> Entity:
    return _shown(links.find(asked.merchant_id, link_id))


@on("PATCH", "/{link_id}", Scope.ORDERS_WRITE)
def edit_link(asked: Asked, link_id: str) -> Entity:
    body = asked.body
    wanted = Change(
        reference_id=body.text("reference_id", MAX_REFERENCE),
        notes=body.notes(),
        reminder_enable=body.switch("reminder_enable"),
        expires_at=_expire_by(body),
        accept_partial=body.switch("accept_partial"),
    )
    return _shown(links.change(asked.merchant_id, link_id, wanted, asked.request_id))


@on("POST", "/{link_id}/cancel", Scope.ORDERS_WRITE)
def cancel_link(asked: Asked, link_id: str) -> Entity:
    try:
        return _shown(links.cancel(asked.merchant_id, link_id, asked.request_id))
    except BadRequest as error:
        if error.reason == Reason.PAYMENT_IN_PROGRESS:
            raise
        status = get_link(asked, link_id)["status"]
        raise Refusal(f"Payment Link in {status} state cannot be cancelled") from None


@on("POST", "/{link_id}/notify_by/{way}", Scope.ORDERS_WRITE)
def notify_by(asked: Asked, link_id: str, way: str) -> Entity:
    """Answers as if the payer was told. A sandbox sends no mail and no message."""
    if way not in {"email", "sms"}:
        raise Refusal("not a valid notification medium")
    links.find(asked.merchant_id, link_id)
    return {"success": True}
