"""Downtimes of banks. The gateway announces none, so their list is empty."""

from chalicelib.domain.errors import NotFound
from chalicelib.domain.scopes import Scope
from chalicelib.razorpay.asked import Asked
from chalicelib.razorpay.router import on
from chalicelib.services.entities.common import Entity, collection


@on("GET", "/v1/payments/downtimes", Scope.PAYMENTS_READ)
def list_downtimes(_: Asked) -> Entity:
    return collection([])


@on("GET", "/v1/payments/downtimes/{downtime_id}", Scope.PAYMENTS_READ)
def get_downtime(_: Asked, downtime_id: str) -> Entity:
    """Raises NotFound, whatever the id is."""
    raise NotFound(f"Downtime {downtime_id}")
