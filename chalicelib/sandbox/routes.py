"""Lists the routes that only test stages serve. chalicelib/stage.py registers them. docs/sandbox.md describes them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import uuid4

from msgspec import Meta, Struct, to_builtins

from chalicelib.acquirers.simulated import instruments
from chalicelib.api import routing
from chalicelib.api.call import Call
from chalicelib.api.routing import Routes
from chalicelib.domain import clock as domain_clock
from chalicelib.domain.errors import BadRequest
from chalicelib.domain.scopes import Scope
from chalicelib.sandbox import disputes, faults, jump, payments, razorpay, refunds, settlements, shop, triggers
from chalicelib.sandbox.acts import Act, Perform
from chalicelib.sandbox.disputes import NewDispute
from chalicelib.sandbox.faults import Fault
from chalicelib.sandbox.settlements import SettleNow
from chalicelib.services.merchants import accounts

routes = Routes(__name__)
ROUTES = (routes, razorpay.routes, shop.routes)
routing.around = faults.around


@dataclass(frozen=True, slots=True)
class Actor:
    """scope: None for what the payer does, who has no secret: then the route is public, as the object is to its payer."""

    perform: Perform
    scope: Scope | None = None


# The objects that can be acted on, by the word in their path.
ACTORS: Mapping[str, Actor] = {
    "payments": Actor(payments.act),
    "refunds": Actor(refunds.act, Scope.REFUNDS_WRITE),
    "disputes": Actor(disputes.act, Scope.DISPUTES_WRITE),
    "settlements": Actor(settlements.act, Scope.ACCOUNT_WRITE),
}


class Move(Struct, frozen=True):
    """One of the three. advance: seconds; to: an ISO 8601 time; job: of a jump that goes on."""

    advance: Annotated[float, Meta(ge=0)] | None = None
    to: Annotated[str, Meta(max_length=64)] | None = None
    job: Annotated[str, Meta(max_length=64)] | None = None


class Trigger(Struct, frozen=True):
    event: Annotated[str, Meta(max_length=64, examples=[*triggers.RECIPES])]


class NewMerchant(Struct, frozen=True):
    name: Annotated[str, Meta(min_length=1, max_length=255)] = "Sandbox Merchant"
    email: Annotated[str, Meta(min_length=3, max_length=254)] | None = None


def _register(kind: str, actor: Actor) -> None:
    def act(call: Call, object_id: str, wanted: Act) -> Any:
        return actor.perform(object_id, wanted, call)

    act.__name__ = f"act_on_{kind}"
    who: dict[str, Any] = {"scope": actor.scope} if actor.scope else {"public": True}
    path = f"/api/v1/sandbox/{kind}/{{object_id}}/act"
    routes.on("POST", path, body=Act, test_only=True, **who)(act)


for _kind, _actor in ACTORS.items():
    _register(_kind, _actor)


@routes.on("GET", "/api/v1/sandbox/clock", scope=Scope.ACCOUNT_READ, test_only=True)
def show_clock(_: Call) -> Any:
    return jump.show()


@routes.on("POST", "/api/v1/sandbox/clock", scope=Scope.ACCOUNT_WRITE, body=Move, test_only=True)
def move_clock(_: Call, move: Move) -> Any:
    """Moves the clock of the whole stage. Answers 202 if the jump needs further requests with its job's id."""
    given = [name for name in move.__struct_fields__ if getattr(move, name) is not None]
    if len(given) != 1:
        raise BadRequest("Name exactly one of advance, to and job")
    shown = jump.resume(move.job) if move.job is not None else jump.advance(_seconds(move))
    return 200 if shown["job"]["done"] else 202, shown


def _seconds(move: Move) -> float:
    if move.to is None:
        return move.advance or 0
    try:
        return domain_clock.seconds(move.to) - domain_clock.now()
    except ValueError:
        raise BadRequest("to must be an ISO 8601 time", field="to") from None


@routes.on("POST", "/api/v1/sandbox/settlements", scope=Scope.ACCOUNT_WRITE, body=SettleNow, test_only=True)
def settle_now(call: Call, wanted: SettleNow) -> Any:
    """Settles the merchant now. Makes no settlement of a currency without available money."""
    return 201, settlements.settle(call.merchant_id, wanted, call.request_id)


@routes.on("POST", "/api/v1/sandbox/trigger", scope=Scope.PAYMENTS_WRITE, body=Trigger, test_only=True)
def trigger_event(call: Call, trigger: Trigger) -> Any:
    return 201, triggers.fire(call, trigger.event)


@routes.on("POST", "/api/v1/sandbox/disputes", scope=Scope.DISPUTES_WRITE, body=NewDispute, test_only=True)
def create_dispute(call: Call, wanted: NewDispute) -> Any:
    return 201, disputes.create(wanted, call)


@routes.on("GET", "/api/v1/sandbox/faults", scope=Scope.ACCOUNT_READ, test_only=True)
def list_faults(call: Call) -> Any:
    return {"data": to_builtins(faults.show(call.merchant_id))}


@routes.on("POST", "/api/v1/sandbox/faults", scope=Scope.ACCOUNT_WRITE, body=Fault, test_only=True)
def create_fault(call: Call, fault: Fault) -> Any:
    return 201, to_builtins(faults.add(call.merchant_id, fault))


@routes.on("DELETE", "/api/v1/sandbox/faults", scope=Scope.ACCOUNT_WRITE, test_only=True)
def delete_faults(call: Call) -> Any:
    return {"deleted": faults.clear(call.merchant_id)}


@routes.on("POST", "/api/v1/sandbox/merchants", public=True, body=NewMerchant, test_only=True)
def create_merchant(_: Call, wanted: NewMerchant) -> Any:
    """Makes a merchant for one test, so that no test sees another's data."""
    made = accounts.create(wanted.name, wanted.email or f"{uuid4().hex}@sandbox.example")
    return 201, {
        "id": made.id,
        "name": wanted.name,
        "email": made.email,
        "password": made.password,
        "api_key": made.pair.key,
        "api_secret": made.pair.secret,
        "webhook_secret": made.webhook_secret,
    }


@routes.on("GET", "/api/v1/sandbox/instruments", public=True, test_only=True)
def list_instruments(_: Call) -> Any:
    """Returns every test instrument with the script that the bank follows for it."""
    tables: dict[str, Mapping[Any, str]] = {
        "cards": instruments.TEST_CARDS,
        "vpas": {f"{name}@upi": script for name, script in instruments.TEST_VPAS.items()},
        "upi_amounts": instruments.UPI_AMOUNTS,
        "refund_amounts": instruments.REFUND_AMOUNTS,
    }
    return {kind: [{"value": value, "script": each} for value, each in table.items()] for kind, table in tables.items()}
