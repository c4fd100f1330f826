"""Acts for a payer at the simulated bank, for a test and for the bank's page of the checkout."""

from typing import Annotated, Any

from msgspec import Meta, Struct

from chalicelib.acquirers.simulated import payer
from chalicelib.api.call import Call
from chalicelib.api.routing import Routes
from chalicelib.domain.errors import BadRequest
from chalicelib.services import views
from chalicelib.services.payments import notifications, records

routes = Routes(__name__)


class Act(Struct, frozen=True):
    """code: the code that the payer enters for `challenge`; a decline code for `decline`."""

    action: Annotated[str, Meta(examples=[*payer.ACTIONS])]
    code: Annotated[str, Meta(max_length=64)] = ""


@routes.on("POST", "/api/v1/sandbox/payments/{payment_id}/act", body=Act, public=True, test_only=True)
def act_as_payer(call: Call, payment_id: str, act: Act) -> Any:
    """Performs a payer's act. The bank notifies the gateway as a real bank does.

    The route is public, as the payment itself is to its payer, who has no secret.
    """
    payment = records.find(payment_id)
    try:
        told = payer.act(payment.id, act.action, act.code)
    except payer.WrongCode as wrong:
        raise BadRequest(str(wrong), field="code") from None
    except payer.ActRefused as refused:
        raise BadRequest(str(refused), field="action") from None
    for headers, body in told:
        notifications.receive(headers, body, call.request_id)
    return views.public(views.payment(records.find(payment_id)))
