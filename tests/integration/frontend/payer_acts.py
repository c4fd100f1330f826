"""The payer at the bank of the gateway in memory: what must be done, and what becomes of it."""

from datetime import datetime, timedelta

from tests.integration.frontend.refusals import Refusal

CHALLENGED = "4000002760003184"
SECONDS = 600


def instrument_of(data):
    """What the payment shows of its instrument."""
    if data["method"] == "upi":
        return {"vpa": data.get("vpa"), "flow": data.get("flow") or "collect"}
    return {"bank": data["bank"]} if data["method"] == "netbanking" else {}


def next_action(data, payment):
    number = (data.get("card") or {}).get("number")
    kind = {"qr": "upi_qr", "intent": "upi_intent"}.get(data.get("flow"))
    if kind is None and data["method"] != "netbanking" and number != CHALLENGED:
        return None
    made = datetime.fromisoformat(payment["updated_at"])
    page = f"http://localhost:3001/bank?payment_id={payment['id']}"
    link = f"upi://pay?pa=shop@simbank&pn=Test%20Merchant&tr={payment['id']}&am=500.00&cu=INR"
    expires_at = (made + timedelta(seconds=SECONDS)).isoformat(timespec="microseconds").replace("+00:00", "Z")
    return {"type": kind or "redirect", "url": link if kind else page, "expires_at": expires_at}


def refuse(payment, code, sentence):
    payment.update(status="failed", next_action=None, error_code=code, error_description=sentence)


def act(payment, data):
    action, code = data["action"], data.get("code", "")
    if not payment["next_action"]:
        raise Refusal(400, "BAD_REQUEST_ERROR", "The payer has acted already", "action")
    if action == "challenge" and not (code.isdecimal() and 4 <= len(code) <= 10):
        wrong = payment["wrong_codes"] = payment.get("wrong_codes", 0) + 1
        if wrong < 3:
            raise Refusal(400, "BAD_REQUEST_ERROR", f"The code is wrong; tries left: {3 - wrong}", "code")
        refuse(payment, "AUTHENTICATION_FAILED", "Your bank could not confirm that it was you.")
    elif action in {"approve", "challenge"}:
        payment.update(status="success", next_action=None)
    elif action == "cancel":
        refuse(payment, "PAYMENT_CANCELLED", "You cancelled the payment.")
    else:
        refuse(payment, "PAYMENT_DECLINED", "Your bank declined the payment.")
