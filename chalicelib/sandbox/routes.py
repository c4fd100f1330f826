"""Lists the routes that only test stages serve. chalicelib/stage.py registers them."""

from chalicelib.sandbox import payments, shop

ROUTES = (payments.routes, shop.routes)
