"""The flows that faults are injected into: what happens before, what is broken, how everyone recovers, what must hold then."""

from tests.torture.flow import Flow
from tests.torture.key_flows import KEYS
from tests.torture.life_flows import LIVES
from tests.torture.request_flows import REQUESTS
from tests.torture.webhook_flows import WEBHOOKS
from tests.torture.worker_flows import WORKERS

FLOWS = REQUESTS + WORKERS + LIVES + WEBHOOKS + KEYS


def flow_named(name: str) -> Flow:
    (found,) = [flow for flow in FLOWS if flow.name == name]
    return found
