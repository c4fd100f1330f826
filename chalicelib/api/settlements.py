from typing import Any

from chalicelib.api.answers import CSV, Text
from chalicelib.api.call import Call
from chalicelib.api.paging import list_query
from chalicelib.api.routing import Routes
from chalicelib.domain.scopes import Scope
from chalicelib.domain.settlements import SettlementStatus
from chalicelib.services.books.settlements import records, report

routes = Routes(__name__)


@routes.on(
    "GET",
    "/api/v1/settlements",
    scope=Scope.SETTLEMENTS_READ,
    filters={"status": tuple(SettlementStatus), "currency": ()},
)
def list_settlements(call: Call) -> Any:
    return records.listed(list_query(call))


@routes.on("GET", "/api/v1/settlements/{settlement_id}", scope=Scope.SETTLEMENTS_READ)
def get_settlement(call: Call, settlement_id: str) -> Any:
    return records.shown(records.find(settlement_id, call.merchant_id))


@routes.on("GET", "/api/v1/settlements/{settlement_id}/report", scope=Scope.SETTLEMENTS_READ)
def get_settlement_report(call: Call, settlement_id: str) -> Any:
    """Shows the report as CSV if the Accept header names text/csv, else as JSON."""
    made = records.find(settlement_id, call.merchant_id)
    return Text(CSV, report.as_csv(made)) if CSV in call.header("Accept").lower() else report.shown(made)
