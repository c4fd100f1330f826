from typing import Annotated, Any

from msgspec import Meta, Struct

from chalicelib.api.call import Call
from chalicelib.api.paging import list_query
from chalicelib.api.routing import Routes
from chalicelib.api.schemas import Text, check_currency
from chalicelib.domain.fees import BASIS_POINTS, DEFAULT_TAX_RATE, Price, PriceList
from chalicelib.domain.money import DEFAULT_CURRENCY, MAX_AMOUNT
from chalicelib.domain.scopes import Scope
from chalicelib.domain.terms import MAX_SETTLEMENT_DELAY, Terms
from chalicelib.services.books import balance, journal, terms
from chalicelib.services.merchants import auth

routes = Routes(__name__)

Rate = Annotated[int, Meta(ge=0, le=BASIS_POINTS)]
Fixed = Annotated[int, Meta(ge=0, le=MAX_AMOUNT)]


class PriceRow(Struct, frozen=True):
    """See domain/fees.Price."""

    rate: Rate
    fixed: Fixed = 0
    method: Text | None = None
    network: Text | None = None
    international: bool | None = None
    currency: Text | None = None


class MerchantTerms(Struct, frozen=True):
    """See domain/terms.Terms. A field that is left out has its default."""

    prices: Annotated[list[PriceRow], Meta(max_length=50)] = []  # msgspec copies it
    tax_rate: Rate = DEFAULT_TAX_RATE
    home_currency: str = DEFAULT_CURRENCY
    settlement_delay: Annotated[int, Meta(ge=0, le=MAX_SETTLEMENT_DELAY)] = 2
    fees_come_back: bool = False
    refunds_within_balance: bool = False

    def agreed(self) -> Terms:
        """Returns the terms. Raises BadRequest for an unknown currency."""
        rows = [
            Price(row.rate, row.fixed, row.method, row.network, row.international, row.currency) for row in self.prices
        ]
        for currency in [self.home_currency, *(row.currency for row in rows if row.currency)]:
            check_currency(currency)
        price_list = PriceList(tuple(rows), self.tax_rate)
        home, delay = self.home_currency, self.settlement_delay
        return Terms(price_list, home, delay, self.fees_come_back, self.refunds_within_balance)


@routes.on("GET", "/api/v1/balance", scope=Scope.BALANCE_READ)
def get_balance(call: Call) -> Any:
    return balance.shown(call.merchant_id)


@routes.on("GET", "/api/v1/ledger", scope=Scope.LEDGER_READ, query=("limit", "cursor", "from", "to"))
def list_postings(call: Call) -> Any:
    return journal.shown(list_query(call))


@routes.on("GET", "/api/v1/admin/merchants/{merchant_id}/terms", public=True)
def get_terms(call: Call, merchant_id: str) -> Any:
    """Shows a merchant's terms to the operator. Answers 404 unless ADMIN_TOKEN is set."""
    auth.check_operator(call.token, call.address)
    return terms.shown(merchant_id)


@routes.on("PUT", "/api/v1/admin/merchants/{merchant_id}/terms", public=True)
def set_terms(call: Call, merchant_id: str) -> Any:
    """Replaces a merchant's terms for the operator. Answers 404 unless ADMIN_TOKEN is set."""
    auth.check_operator(call.token, call.address)
    return terms.agree(merchant_id, call.parse(MerchantTerms).agreed())
