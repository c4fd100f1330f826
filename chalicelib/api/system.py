from typing import Any

from chalicelib.api.call import Call
from chalicelib.api.routing import Routes
from chalicelib.services.merchants import accounts
from chalicelib.services.operations import health, worker_status

routes = Routes(__name__)


@routes.on("GET", "/health", public=True)
def get_health(_: Call) -> Any:
    report = health.check()
    return (200 if report["status"] == "healthy" else 503), report


@routes.on("GET", "/api/v1/test/merchant", public=True, test_only=True)
def get_test_merchant(_: Call) -> Any:
    return accounts.test_merchant()


@routes.on("GET", "/api/v1/test/jobs/status", public=True, test_only=True)
def get_jobs_status(_: Call) -> Any:
    return worker_status.status()
