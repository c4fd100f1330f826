"""The hosted checkout: a shop's form is posted here, and the answer is a page that opens the checkout's window."""

import json
import secrets
from typing import Any

from chalice.app import Response

from chalicelib.config import settings
from chalicelib.domain.orders import check_return_url
from chalicelib.razorpay.asked import Asked
from chalicelib.razorpay.fields import Fields
from chalicelib.razorpay.router import on
from chalicelib.services import orders

# The fields of the form that are options of the checkout's script under the same name.
OPTIONS = (
    "amount", "currency", "order_id", "name", "description", "image", "prefill", "notes", "theme", "method", "config",
    "retry", "timeout",
)  # fmt: skip
MAX_URL = 2048
# Of the shop's addresses, of which the browser opens one after the payment.
CALLBACK, CANCEL = "callback_url", "cancel_url"
# Back leads to the shop's form if the shop named no address for a payer who cancels.
SCRIPT = """
const { cancel_url, ...options } = JSON.parse(document.getElementById("options").textContent);
const ondismiss = () => (cancel_url ? location.replace(cancel_url) : history.back());
new Razorpay({ ...options, redirect: true, modal: { ondismiss } }).open();
"""
PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>Payment</title>
</head>
<body>
<noscript>This page needs JavaScript.</noscript>
<script type="application/json" id="options">{options}</script>
<script src="{checkout}/v1/checkout.js"></script>
<script nonce="{nonce}">{script}</script>
</body>
</html>
"""
POLICY = (
    "default-src 'none'; script-src {checkout} 'nonce-{nonce}'; frame-src {checkout}; base-uri 'none'; "
    "form-action {shops}; frame-ancestors 'none'"
)


@on("POST", "/v1/checkout/embedded", None)
def show_checkout(asked: Asked) -> Response:
    """Answers with the page. Raises Refusal, BadRequest for a URL that no browser may open, or NotFound."""
    orders.find(asked.body.required_text("order_id"), asked.merchant_id)
    addresses = {CALLBACK: asked.body.required_text(CALLBACK, MAX_URL), CANCEL: asked.body.text(CANCEL, MAX_URL)}
    given = {name: address for name, address in addresses.items() if address is not None}
    for name, address in given.items():
        check_return_url(address, allow_http=settings().is_test_stage, field=name)
    return _page({"key": asked.public_key, **_options(asked.body), **given}, asked.request_id)


def _options(body: Fields) -> dict[str, Any]:
    return {name: body.tree[name] for name in OPTIONS if body.has(name)}


def _page(options: dict[str, Any], request_id: str) -> Response:
    """Returns the page with its options. No text of the form can end the element that holds them."""
    checkout, nonce = settings().checkout, secrets.token_urlsafe(16)
    shops = "https: http:" if settings().is_test_stage else "https:"
    written = json.dumps(options).replace("<", "\\u003c")
    headers: dict[str, str | list[str]] = {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Security-Policy": POLICY.format(checkout=checkout, nonce=nonce, shops=shops),
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
        "X-Request-Id": request_id,
    }
    body = PAGE.format(checkout=checkout, nonce=nonce, script=SCRIPT, options=written)
    return Response(body=body, headers=headers)
