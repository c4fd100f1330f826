"""The Chalice application: CORS and routes."""

import importlib
import os

from chalice.app import Chalice, CORSConfig

# Chalice's command imports us, typed by a person: Lambda and infra/package.py have no infra/ here. First, since an import
# below reads the settings.
if "AWS_CHALICE_CLI_MODE" in os.environ and "PACKAGING" not in os.environ:
    importlib.import_module("infra.chalice_commands").check()

from chalicelib import stage
from chalicelib.api import merchants, orders, payments, system, webhooks
from chalicelib.api.blueprint import PUBLIC_HEADERS, in_our_shape

stage.prepare()
app = Chalice(app_name="payment-gateway")
# Set before the blueprints are registered, or their routes have none. Credentials are headers, never cookies, so any
# origin may ask: what it gets is decided by the key or token that it knows.
app.api.cors = CORSConfig(
    allow_origin="*",
    allow_headers=[
        "X-Api-Key",
        "X-Api-Secret",
        "Authorization",
        "Idempotency-Key",
        "Content-Type",
        "X-Request-Id",
    ],
    expose_headers=PUBLIC_HEADERS.split(","),
    max_age=600,
)
app.register_middleware(in_our_shape, "http")
ROUTES = (orders.routes, payments.routes, webhooks.routes, merchants.routes, system.routes)
for routes in (*ROUTES, *stage.routes()):
    app.register_blueprint(routes)
