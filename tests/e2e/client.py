"""A merchant's side of the wire: requests to a gateway that is known by its address only."""

import os
import time

import requests

KEY = os.environ.get("TEST_API_KEY", "key_test_abc123")
SECRET = os.environ.get("TEST_API_SECRET", "secret_test_xyz789")
CREDENTIALS = {"X-Api-Key": KEY, "X-Api-Secret": SECRET}
CARD = {
    "number": "4111 1111 1111 1111",
    "expiry_month": "12",
    "expiry_year": "2040",
    "cvv": "123",
    "holder_name": "Asha Rao",
}
SETTLE_SECONDS = 60


class Client:
    def __init__(self, url, credentials=None):
        self.url = url
        self.credentials = CREDENTIALS if credentials is None else credentials
        self.session = requests.Session()

    def anonymous(self):
        return Client(self.url, {})

    def ask(self, method, path, body=None, data=None, headers=None):
        """body: sent as JSON. data: bytes sent as they are, declared as JSON."""
        headers = (
            self.credentials | ({"Content-Type": "application/json"} if data is not None else {}) | (headers or {})
        )
        return self.session.request(method, self.url + path, json=body, data=data, headers=headers, timeout=30)

    def get(self, path, **how):
        return self.ask("GET", path, **how)

    def post(self, path, body=None, **how):
        return self.ask("POST", path, body, **how)

    def order(self, amount=50000, **more):
        return made(self.post("/api/v1/orders", {"amount": amount, **more}))

    def pay(self, order_id, vpa="success@upi"):
        return made(self.post("/api/v1/payments", {"order_id": order_id, "method": "upi", "vpa": vpa}))

    def pay_by_card(self, order_id, **card):
        return made(self.post("/api/v1/payments", {"order_id": order_id, "method": "card", "card": CARD | card}))

    def paid(self, amount=50000):
        """A payment that has succeeded."""
        return self.until_settled(f"/api/v1/payments/{self.pay(self.order(amount)['id'])['id']}")

    def captured(self, amount=50000):
        """A payment whose money is in the books."""
        payment = self.pay(self.order(amount, capture="automatic")["id"])
        return self.until_settled(f"/api/v1/payments/{payment['id']}")

    def disputed(self, payment_id, amount=100):
        """An open dispute."""
        return made(self.post("/api/v1/sandbox/disputes", {"payment_id": payment_id, "amount": amount}))

    def settlement(self):
        """A settlement of all rupees in the books, once the bank has paid it."""
        settlements = made(self.post("/api/v1/sandbox/settlements", {"pending": True}))["data"]
        settlement = next(each for each in settlements if each["currency"] == "INR")
        return self.until(f"/api/v1/settlements/{settlement['id']}", lambda shown: shown["status"] != "created")

    def refunded(self, payment_id, amount=None):
        """A refund that has come to its end."""
        refund = made(self.post(f"/api/v1/payments/{payment_id}/refunds", {"amount": amount} if amount else {}))
        return self.until_settled(f"/api/v1/refunds/{refund['id']}")

    def until_settled(self, path):
        return self.until(path, lambda shown: shown["status"] != "pending")

    def until(self, path, holds):
        deadline = time.monotonic() + SETTLE_SECONDS
        while not holds(shown := self.get(path).json()):
            assert time.monotonic() < deadline, f"{path} still says {shown}"
            time.sleep(0.05)
        return shown


def made(response):
    assert response.status_code == 201, response.text
    return response.json()
