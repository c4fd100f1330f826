"""Which tables an export and an erasure know."""

import importlib
import pkgutil

from chalicelib import persistence
from chalicelib.persistence.base import Table
from chalicelib.persistence.webhook_endpoints import WebhookEndpoint
from chalicelib.services.privacy import erasing, exporting

# What a merchant sells is not personal.
SOLD = {"Item", "Plan"}
# Where personal data may lie.
PERSONAL = {"name", "email", "contact", "notes", "customer", "customer_id", "payer", "payer_vpa", "evidence"}


def models():
    """The models of the records that are found by their merchant."""
    for found in pkgutil.iter_modules(persistence.__path__):
        importlib.import_module(f"{persistence.__name__}.{found.name}")
    known = [each for table in Table.__subclasses__() for each in (table, *table.__subclasses__())]
    return {each for each in known if hasattr(each, "by_merchant")}


def test_each_table_that_is_listed_by_merchant_is_in_the_export():
    assert models() - {WebhookEndpoint} == {model for _, model, _ in exporting.KINDS}


def test_each_attribute_with_personal_data_is_erased():
    kept = {
        (model.__name__, name)
        for model in models()
        for name in PERSONAL & model.get_attributes().keys()
        if name not in erasing.FIELDS.get(model.__name__, {})
    }
    assert {name for name, _ in kept} == SOLD
