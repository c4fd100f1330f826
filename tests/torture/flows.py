"""Lists the flows for the faults: the preparation, the broken action, everyone's recovery, and the checks."""

from tests.torture.books_flows import BOOKS
from tests.torture.dispute_flows import DISPUTES
from tests.torture.flow import Flow
from tests.torture.key_flows import KEYS
from tests.torture.life_flows import LIVES
from tests.torture.owner_flows import OWNERS
from tests.torture.part_flows import PARTS
from tests.torture.request_flows import REQUESTS
from tests.torture.webhook_flows import WEBHOOKS
from tests.torture.worker_flows import WORKERS

FLOWS = REQUESTS + WORKERS + LIVES + PARTS + BOOKS + DISPUTES + OWNERS + WEBHOOKS + KEYS


def flow_named(name: str) -> Flow:
    (found,) = [flow for flow in FLOWS if flow.name == name]
    return found
