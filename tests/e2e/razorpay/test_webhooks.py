import pytest
import requests
from razorpay.errors import BadRequestError

from tests.e2e.client import KEY, SECRET

URL = "http://localhost:9/hook"
WEBHOOK = {
    "id", "entity", "url", "alert_email", "secret_exists", "active", "events", "service", "owner_id", "owner_type",
    "context", "disabled_at", "created_at", "updated_at",
}  # fmt: skip


@pytest.fixture
def webhook(shop):
    wanted = {"url": URL, "events": ["payment.authorized"], "secret": "a secret", "alert_email": "a@example.com"}
    made = shop.webhook.create(wanted, "acc_1")
    yield made
    requests.delete(f"{shop.base_url}/v1/webhooks/{made['id']}", auth=(KEY, SECRET), timeout=30)


def test_a_webhook_has_the_documented_fields(webhook):
    assert webhook.keys() == WEBHOOK
    assert (webhook["events"], webhook["secret_exists"]) == (["payment.authorized"], True)


def test_a_webhook_is_fetched_listed_edited_and_deleted(shop, webhook):
    assert shop.webhook.fetch(webhook["id"], "acc_1") == webhook
    assert webhook in shop.webhook.all({}, "acc_1")["items"]
    edited = shop.webhook.edit(webhook["id"], "acc_1", {"events": ["order.paid"], "active": False})
    assert (edited["events"], edited["active"], edited["url"]) == (["order.paid"], False, URL)
    assert shop.webhook.delete(webhook["id"], "acc_1") == []
    with pytest.raises(BadRequestError, match=r"^The id provided does not exist$"):
        shop.webhook.fetch(webhook["id"], "acc_1")


def test_a_plugin_makes_and_changes_its_webhook_by_forms(gateway_url):
    def send(method, path, form):
        return requests.request(method, f"{gateway_url}/v1/webhooks{path}", data=form, auth=(KEY, SECRET), timeout=30)

    made = send("POST", "", {"url": URL, "events[payment.authorized]": "1", "events[refund.created]": "0"}).json()
    changed = send("PUT", f"/{made['id']}", {"url": URL, "events[refund.created]": "true"}).json()

    assert (made["events"], made["secret_exists"]) == (["payment.authorized"], False)
    assert changed["events"] == ["refund.created"]
    assert send("DELETE", f"/{made['id']}", {}).json() == []


def test_an_unknown_event_is_refused(shop):
    with pytest.raises(BadRequestError, match=r"^The event payment\.eaten is invalid\.$"):
        shop.webhook.create({"url": URL, "events": ["payment.eaten"]}, "acc_1")
