"""The Chalice application: CORS and routes."""

from chalice.app import Chalice, CORSConfig

from chalicelib import stage
from chalicelib.api import keys, merchants, orders, payments, system, webhooks
from chalicelib.api.answers import PUBLIC_HEADERS, in_our_shape

stage.prepare()
app = Chalice(app_name="payment-gateway")
# Set before the blueprints are registered, or their routes have none. Credentials are headers, never cookies, so any
# origin may ask: what it gets is decided by the key or token that it knows. Where every page knows these, on this
# machine, what stands before the application lets our own pages in and no other (infra/local/edge.py, infra/proxy/).
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
