"""What test stages alone serve. chalicelib/stage.py registers it."""

from chalicelib.sandbox import payments

ROUTES = (payments.routes,)
