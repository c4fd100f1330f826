"""Shows payments, and their cards, as entities."""

from collections.abc import Sequence
from typing import Any

from chalicelib import methods
from chalicelib.domain.payments import State, face, refund_status
from chalicelib.methods import Instrument
from chalicelib.methods.card import CardOnFile
from chalicelib.methods.netbanking import Netbanking
from chalicelib.methods.upi import Flow, Upi
from chalicelib.persistence.orders import Order
from chalicelib.persistence.payments import Payment
from chalicelib.services import views
from chalicelib.services.entities import declines
from chalicelib.services.entities.common import Entity, epoch, notes
from chalicelib.services.payments import records

# Stands where no page told an email address or a number. Some applications require both.
NO_EMAIL, NO_CONTACT = "void@razorpay.com", "+919999999999"
_NETWORKS = {"visa": "Visa", "mastercard": "MasterCard", "amex": "American Express", "rupay": "RuPay"}


def payment(record: Payment, order: Order | None, *, card_shown: bool = False) -> Entity:
    """Shows a payment at this moment. order: for what the payment takes from it; card_shown: with the whole card."""
    instrument, given_back = methods.load(record.instrument), _given_back(record)
    money = views.payment(record)
    return {
        "id": record.id,
        "entity": "payment",
        "amount": record.amount,
        "currency": record.currency,
        "status": _status(record),
        "order_id": record.order_id,
        "invoice_id": _invoice_id(record),
        "international": _is_international(instrument),
        "method": record.method,
        "amount_refunded": given_back,
        "refund_status": refund_status(int(record.amount), given_back),
        "captured": record.state == State.CAPTURED,
        **_instrument(record, instrument, card_shown=card_shown),
        **_payer(record, order),
        "fee": money["fee"],
        "tax": money["tax"],
        **declines.fields(record.error_code, record.method),
        "acquirer_data": _acquirer_data(record),
        "created_at": epoch(record.created_at),
    }


def shown(found: Sequence[Payment], *, card_shown: bool = True) -> list[Entity]:
    """Shows payments in a list, whose card payments have their cards. Reads the payments' orders."""
    orders = Order.find_many([each.order_id for each in found])
    return [payment(each, orders.get(each.order_id), card_shown=card_shown) for each in found]


def card_of(record: Payment) -> Entity | None:
    """Shows a payment's card; None if it was not paid by card."""
    instrument = methods.load(record.instrument)
    return card(record, instrument) if isinstance(instrument, CardOnFile) else None


def _invoice_id(record: Payment) -> str | None:
    """Returns the id of the invoice of a subscription's charge (services/invoices/charges.py)."""
    is_charge = records.pays_subscription(record) and record.state == State.CAPTURED
    return f"inv_{record.id.partition('_')[2]}" if is_charge else None


def _given_back(record: Payment) -> int:
    """Returns the amount that the payer has back. A voided payment counts as refunded."""
    return int(record.amount if record.state == State.VOIDED else record.amount_refunded)


def _status(record: Payment) -> str:
    if record.state == State.CAPTURED and record.amount_refunded == record.amount:
        return "refunded"
    return face(record.state).razorpay


def _payer(record: Payment, order: Order | None) -> Entity:
    """Returns what the payer's page told, or else what the order tells of its customer."""
    told, customer = record.payer or {}, (order.customer if order else None) or {}
    own = record.notes if record.notes is not None else (order.notes if order else None)
    shown: Entity = {
        "description": told.get("description") or (order.description if order else None),
        "email": told.get("email") or customer.get("email") or NO_EMAIL,
        "contact": told.get("contact") or customer.get("contact") or NO_CONTACT,
        "notes": notes(own),
    }
    return shown | ({"customer_id": customer["id"]} if customer.get("id") else {})


def _instrument(record: Payment, instrument: Instrument, *, card_shown: bool) -> Entity:
    shown: dict[str, Any] = {"card_id": None, "bank": None, "wallet": None, "vpa": None}
    match instrument:
        case CardOnFile():
            shown["card_id"] = card_id(record)
            if card_shown:
                shown["card"] = card(record, instrument)
        case Netbanking():
            shown["bank"] = instrument.bank
        case Upi():
            flow = Flow.COLLECT if instrument.flow == Flow.COLLECT else Flow.INTENT
            shown["vpa"] = instrument.vpa
            shown["upi"] = {"vpa": instrument.vpa, "flow": flow, "payer_account_type": "bank_account"}
    return shown


def card_id(record: Payment) -> str:
    """Returns the id of a payment's card. A card belongs to one payment, because no card is kept."""
    return f"card_{record.id.partition('_')[2]}"


def card(record: Payment, instrument: CardOnFile) -> Entity:
    """Shows a card. Nothing is known of its type and its bank, because no directory of card numbers is asked."""
    return {
        "id": card_id(record),
        "entity": "card",
        "name": "",
        "last4": instrument.last4,
        "network": network(instrument.network),
        "type": "unknown",
        "issuer": None,
        "international": instrument.international,
        "emi": False,
        "sub_type": "consumer",
        "token_iin": None,
    }


def _is_international(instrument: Instrument) -> bool:
    return isinstance(instrument, CardOnFile) and instrument.international


def _acquirer_data(record: Payment) -> Entity:
    """Returns the bank's references; null until the bank has answered."""
    reference = record.bank_reference
    if record.method == "card":
        return {"auth_code": None, "rrn": reference}
    if record.method == "upi":
        return {"rrn": reference, "upi_transaction_id": None}
    return {"bank_transaction_id": reference}


def network(name: str | None) -> str | None:
    """Returns the surface's name of a card network; None if no card is known."""
    return None if name is None else _NETWORKS.get(name, "Unknown")
