from typing import Any

from tests.e2e.webhooks.gateway import Gateway
from tests.e2e.webhooks.servers import Receiver


class Poisoned:
    """A delivery that no worker can attempt, on its way to the dead letters while the other tests run."""

    def __init__(self, gateway: Gateway) -> None:
        self.gateway, self.receiver = gateway, Receiver()
        self.merchant = gateway.merchant("poisoned")
        self.endpoint = self.merchant.endpoint(self.receiver.url("/hook"))
        self.key = {"merchant_id": {"S": self.merchant.id}, "id": {"S": self.endpoint["id"]}}
        self.table = f"{gateway.environ.get('STACK_NAME') or 'gateway-local'}-webhook-endpoints"
        item = gateway.aws("dynamodb").get_item(TableName=self.table, Key=self.key)["Item"]
        self.secret = item["sealed_secret"]["B"]
        self.put_secret(self.secret[:-1] + bytes([self.secret[-1] ^ 1]))
        self.id = self.merchant.send_test(self.endpoint)

    def put_secret(self, sealed: bytes) -> None:
        self.gateway.aws("dynamodb").update_item(
            TableName=self.table,
            Key=self.key,
            UpdateExpression="SET sealed_secret = :s",
            ExpressionAttributeValues={":s": {"B": sealed}},
        )

    def dead_letters(self) -> list[dict[str, Any]]:
        shown: list[dict[str, Any]] = self.merchant.ask("GET", "/dead-letters")["data"]
        return shown
