"""Builds the Chalice application: CORS and routes."""

import importlib
import os

from chalice.app import Chalice, CORSConfig

# A person typed a command of Chalice, which imports this module. In Lambda and in infra/deployment/package.py there is no infra/.
# The check comes first, because an import below reads the settings.
if "AWS_CHALICE_CLI_MODE" in os.environ and "PACKAGING" not in os.environ:
    importlib.import_module("infra.chalice_commands").check()

from chalicelib import stage
from chalicelib.api import books, disputes, events, keys, merchants, orders, payments, settlements, system, webhooks
from chalicelib.api.answers import PUBLIC_HEADERS, in_our_shape
from chalicelib.razorpay import routes as razorpay

stage.prepare()
# Chalice's own log has the name of ours. Set up by Chalice as well, it would print errors only, and each of them twice.
app = Chalice(app_name="payment-gateway", configure_logs=False)
# CORS must be set before the blueprints are registered, or their routes get none. Credentials are headers, never
# cookies, so any origin may ask: the key or token in the request decides what the origin gets. On a developer's machine
# every page knows the keys. There the proxy in front of the application lets only our own pages in
# (infra/local/edge.py, infra/deployment/proxy/).
app.api.cors = CORSConfig(
    allow_origin="*",
    allow_headers=[
        "X-Api-Key",
        "X-Api-Secret",
        "Authorization",
        "Idempotency-Key",
        "Content-Type",
        "X-Request-Id",
        "X-Razorpay-Account",
        "X-Refund-Idempotency",
    ],
    expose_headers=PUBLIC_HEADERS.split(","),
    max_age=600,
)
app.register_middleware(in_our_shape, "http")
ROUTES = (
    orders.routes,
    payments.routes,
    books.routes,
    disputes.routes,
    settlements.routes,
    events.routes,
    webhooks.routes,
    merchants.routes,
    keys.routes,
    system.routes,
)
# The Razorpay-compatible surface has a router of its own.
for routes in (*ROUTES, razorpay.routes, *stage.routes()):
    app.register_blueprint(routes)
