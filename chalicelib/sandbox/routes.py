"""Lists the routes that only test stages serve. chalicelib/stage.py registers them."""

from chalicelib.sandbox import payments, razorpay

ROUTES = (payments.routes, razorpay.routes)
