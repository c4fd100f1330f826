"""Makes, finds and changes a merchant's customers."""

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from chalicelib.domain import clock
from chalicelib.domain.errors import BadRequest
from chalicelib.domain.ids import derived_id, new_id
from chalicelib.domain.lists import ListQuery
from chalicelib.persistence.customers import Customer
from chalicelib.persistence.listing import Listing
from chalicelib.persistence.ownership import owned
from chalicelib.persistence.transactions import Refused, Transaction

PREFIX = "cust"
CUSTOMERS = Listing(Customer, Customer.by_merchant)
KNOWN = "Customer already exists for the merchant"


@dataclass(frozen=True, slots=True)
class Details:
    """What is known of a customer. None: unknown; in a change: left as it is."""

    name: str | None = None
    email: str | None = None
    contact: str | None = None
    gstin: str | None = None
    notes: dict[str, str] | None = None

    @property
    def known(self) -> dict[str, object]:
        return {name: value for name, value in asdict(self).items() if value is not None}


def create(merchant_id: str, details: Details, *, fail_existing: bool) -> Customer:
    """Makes a customer. A customer with the same email address and contact is not made twice.

    Raises BadRequest for an existing customer, or returns it unless fail_existing.
    """
    customer = _new(merchant_id, _same_id(merchant_id, details) or new_id(PREFIX), details)
    if _put(customer):
        return customer
    existing = find(merchant_id, customer.id)
    if (existing.email, existing.contact) != (details.email, details.contact):
        # The customer who had these two has others by now.
        customer = _new(merchant_id, new_id(PREFIX), details)
        customer.write()
        return customer
    if fail_existing:
        raise BadRequest(KNOWN)
    return existing


def _new(merchant_id: str, customer_id: str, details: Details) -> Customer:
    now = clock.iso(clock.now())
    return Customer(
        customer_id,
        merchant_id=merchant_id,
        name=details.name,
        email=details.email,
        contact=details.contact,
        gstin=details.gstin,
        notes=details.notes,
        created_at=now,
        updated_at=now,
    )


def _same_id(merchant_id: str, details: Details) -> str | None:
    """Returns the id that the email address and the contact determine; None if a customer has neither.

    The condition of the write then makes sure that nobody makes the customer a second time.
    """
    if not (details.email or details.contact):
        return None
    text = "\n".join((merchant_id, details.email or "", details.contact or ""))
    return derived_id(PREFIX, hashlib.sha256(text.encode(errors="surrogatepass")).digest())


def _put(customer: Customer) -> bool:
    transaction = Transaction()
    transaction.put("customer", customer, Customer.id.does_not_exist())
    try:
        transaction.commit()
    except Refused:
        return False
    return True


def find(merchant_id: str, customer_id: str) -> Customer:
    """Reads a customer of the merchant. Raises NotFound."""
    return owned(Customer.find(customer_id), merchant_id, "Customer")


def page(query: ListQuery) -> Sequence[Customer]:
    """Returns the records of a page of a merchant's customers. Raises BadRequest."""
    return CUSTOMERS.page(query).rows


def edit(merchant_id: str, customer_id: str, details: Details) -> Customer:
    """Changes what is given of a customer. Raises NotFound."""
    customer = find(merchant_id, customer_id)
    wanted = {**details.known, "updated_at": clock.iso(clock.now())}
    actions = [getattr(Customer, name).set(value) for name, value in wanted.items()]
    customer.change(actions, Customer.id.exists())
    return customer
