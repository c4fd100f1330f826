"""Builds the Chalice application: CORS and routes."""

from chalice.app import Chalice, CORSConfig

from chalicelib import stage
from chalicelib.api import keys, merchants, orders, payments, system, webhooks
from chalicelib.api.answers import PUBLIC_HEADERS, in_our_shape

stage.prepare()
app = Chalice(app_name="payment-gateway")
# CORS must be set before the blueprints are registered, or their routes get none. Credentials are headers, never
# cookies, so any origin may ask: the key or token in the request decides what the origin gets. On a developer's machine
# every page knows the keys. There the proxy in front of the application lets only our own pages in
# (infra/local/edge.py, infra/proxy/).
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
ROUTES = (orders.routes, payments.routes, webhooks.routes, merchants.routes, keys.routes, system.routes)
for routes in (*ROUTES, *stage.routes()):
    app.register_blueprint(routes)
