"""Customers."""

import re

from chalicelib.domain.scopes import Scope
from chalicelib.razorpay.asked import Asked
from chalicelib.razorpay.errors import NOT_AVAILABLE, Refusal, Where
from chalicelib.razorpay.fields import Fields
from chalicelib.razorpay.router import on
from chalicelib.services import customers
from chalicelib.services.customers import Details
from chalicelib.services.entities.common import Entity, collection
from chalicelib.services.entities.customers import customer as shown

LONGEST = {"name": 50, "email": 64, "contact": 15, "gstin": 15}
SHORTEST_NAME, SHORTEST_CONTACT = 3, 8


@on("POST", "/v1/customers", Scope.ORDERS_WRITE)
def create_customer(asked: Asked) -> Entity:
    fail_existing = asked.body.switch("fail_existing") is not False
    return shown(customers.create(asked.merchant_id, details_of(asked.body), fail_existing=fail_existing))


def details_of(body: Fields) -> Details:
    """Returns what the body tells of the customer. Raises Refusal."""
    name, email, contact, gstin = (body.text(field, most) for field, most in LONGEST.items())
    if name is not None and len(name) < SHORTEST_NAME:
        raise Refusal(f"The name must be at least {SHORTEST_NAME} characters.", "name")
    if email is not None and not re.fullmatch(r"[^@\s]+@[^@\s]+", email):
        raise Refusal("The email must be a valid email address.", "email")
    if contact is not None and sum(character.isdecimal() for character in contact) < SHORTEST_CONTACT:
        short = f"Contact number should be at least {SHORTEST_CONTACT} digits, including country code"
        raise Refusal(short, "contact", where=Where(*NOT_AVAILABLE[:2], "invalid_contact_number"))
    return Details(name, email, contact, gstin, body.notes())


@on("GET", "/v1/customers", Scope.ORDERS_READ)
def list_customers(asked: Asked) -> Entity:
    return collection([shown(each) for each in customers.page(asked.list_query())])


@on("GET", "/v1/customers/{customer_id}", Scope.ORDERS_READ)
def get_customer(asked: Asked, customer_id: str) -> Entity:
    return shown(customers.find(asked.merchant_id, customer_id))


@on("PUT", "/v1/customers/{customer_id}", Scope.ORDERS_WRITE)
def edit_customer(asked: Asked, customer_id: str) -> Entity:
    return shown(customers.edit(asked.merchant_id, customer_id, details_of(asked.body)))
