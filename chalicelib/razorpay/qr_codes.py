"""QR codes, which payers pay by UPI."""

from chalicelib.domain import clock
from chalicelib.domain.errors import BadRequest
from chalicelib.domain.scopes import Scope
from chalicelib.razorpay import router
from chalicelib.razorpay.asked import EARLIEST_TIME, LATEST_TIME, Asked
from chalicelib.razorpay.errors import Refusal
from chalicelib.razorpay.fields import Fields
from chalicelib.razorpay.orders import amount_of
from chalicelib.services import qr_codes
from chalicelib.services.entities import payments as payment_entities
from chalicelib.services.entities.common import Entity, collection
from chalicelib.services.entities.qr_codes import qr_code as shown
from chalicelib.services.payments import records
from chalicelib.services.qr_codes import Usage, Wish

PATH = "/v1/payments/qr_codes"
ONE = PATH + "/{code_id}"
# The least seconds from now to the moment at which a code closes by itself.
SHORTEST_LIFE = 2 * 60
TOO_SHORT = "close_by should be at least 2 minutes after current time."
MAX_TEXT = 255


@router.on("POST", PATH, Scope.ORDERS_WRITE)
def create_code(asked: Asked) -> Entity:
    return shown(qr_codes.create(asked.merchant_id, _wish(asked.body), asked.request_id))


def _wish(body: Fields) -> Wish:
    """Returns what the body asks for. Raises Refusal."""
    if body.required_text("type") != "upi_qr":
        raise Refusal("The type must be upi_qr.", "type")
    usage = body.required_text("usage")
    if usage not in set(Usage):
        raise Refusal(f"The usage must be one of {', '.join(Usage)}.", "usage")
    return Wish(
        Usage(usage),
        amount=_amount(body),
        name=body.text("name", MAX_TEXT),
        description=body.text("description", MAX_TEXT),
        customer_id=body.text("customer_id"),
        notes=body.notes(),
        close_by=_close_by(body),
    )


def _amount(body: Fields) -> int | None:
    """Returns the fixed amount; None where the payer chooses. Raises Refusal."""
    if not body.switch("fixed_amount"):
        if body.has("payment_amount"):
            raise Refusal("payment_amount should be sent only when fixed_amount is true.", "payment_amount")
        return None
    body.integer("payment_amount")
    return amount_of(Fields({"amount": body.tree["payment_amount"]}))


def _close_by(body: Fields) -> float | None:
    moment = body.optional_integer("close_by", EARLIEST_TIME, LATEST_TIME)
    if moment is not None and moment < clock.now() + SHORTEST_LIFE:
        raise Refusal(TOO_SHORT, "close_by")
    return None if moment is None else float(moment)


@router.on("GET", PATH, Scope.ORDERS_READ)
def list_codes(asked: Asked) -> Entity:
    """Lists codes: all, those of a customer, or the one that a payment paid."""
    if payment_id := asked.query.text("payment_id"):
        owner = records.find(payment_id, asked.merchant_id).owner_id or ""
        paid = owner.startswith(f"{qr_codes.PREFIX}_")
        return collection([shown(qr_codes.find(asked.merchant_id, owner))] if paid else [])
    customer_id = asked.query.text("customer_id")
    query = asked.list_query(filters={"customer_id": customer_id} if customer_id else {})
    return collection([shown(each) for each in qr_codes.page(query)])


@router.on("GET", ONE, Scope.ORDERS_READ)
def get_code(asked: Asked, code_id: str) -> Entity:
    return shown(qr_codes.find(asked.merchant_id, code_id))


@router.on("PATCH", ONE, Scope.ORDERS_WRITE)
def edit_code(asked: Asked, code_id: str) -> Entity:
    return shown(qr_codes.set_notes(asked.merchant_id, code_id, asked.body.required_notes()))


@router.on("GET", ONE + "/payments", Scope.PAYMENTS_READ)
def list_payments_of_code(asked: Asked, code_id: str) -> Entity:
    code = qr_codes.find(asked.merchant_id, code_id)
    return collection(payment_entities.shown(qr_codes.payments_page(asked.list_query(owner=code.id))))


@router.on("POST", ONE + "/close", Scope.ORDERS_WRITE)
def close_code(asked: Asked, code_id: str) -> Entity:
    try:
        return shown(qr_codes.close(asked.merchant_id, code_id, asked.request_id))
    except BadRequest as error:
        raise Refusal(error.description) from None
