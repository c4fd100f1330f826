"""Keeps what payers see of a merchant (name, logo, colour) and the time zone of its dashboard."""

from dataclasses import asdict, dataclass
from typing import Any, Literal

from chalicelib.config import settings
from chalicelib.domain import branding
from chalicelib.domain.errors import BadRequest
from chalicelib.domain.orders import check_return_url
from chalicelib.persistence.merchants import Merchant
from chalicelib.services.merchants import accounts
from chalicelib.telemetry import logger

# The change of a setting: "" leaves it, None clears it.
Setting = str | None
KEEP: Literal[""] = ""


@dataclass(frozen=True, slots=True)
class Branding:
    """Changes of the settings. An empty text keeps the present value; None removes it."""

    name: str = KEEP
    logo_url: Setting = KEEP
    color: Setting = KEEP
    time_zone: Setting = KEEP


def change(merchant_id: str, wanted: Branding) -> None:
    """Changes the settings that are given. Raises BadRequest or NotFound.

    Other processes show the old name, logo and colour to payers for accounts.NAME_SECONDS at most.
    """
    values = {name: value for name, value in asdict(_checked(wanted)).items() if value != KEEP}
    if not values:
        return
    actions = [_action(name, value) for name, value in values.items()]
    Merchant.alter(merchant_id, actions)
    accounts.forget(merchant_id)
    logger.info("branding changed", merchant_id=merchant_id, settings=sorted(values))


def _action(name: str, value: Setting) -> Any:
    attribute = getattr(Merchant, name)
    return attribute.remove() if value is None else attribute.set(value)


def _checked(wanted: Branding) -> Branding:
    name = wanted.name.strip()
    if wanted.name and not name:
        raise BadRequest("name must not be empty", field="name")
    if wanted.logo_url:
        check_return_url(wanted.logo_url, allow_http=settings().is_test_stage, field="logo_url")
    if wanted.time_zone:
        branding.check_time_zone(wanted.time_zone)
    color = branding.normal_color(wanted.color) if wanted.color else wanted.color
    return Branding(name, wanted.logo_url, color, wanted.time_zone)
