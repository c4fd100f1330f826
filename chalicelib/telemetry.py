"""Powertools Logger and Metrics; one request id goes through API, queue message and webhook."""

from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

from chalicelib.config import settings

NAMESPACE = "PaymentGateway"
SERVICE = "payment-gateway"

logger = Logger(service=SERVICE, level=settings().log_level)


def count(name: str, value: int = 1, **dimensions: str) -> None:
    """Prints one metric in CloudWatch's embedded format; no call to AWS."""
    metrics = Metrics(namespace=NAMESPACE, service=SERVICE)
    for key, text in dimensions.items():
        metrics.add_dimension(key, text)
    metrics.add_metric(name, MetricUnit.Count, value)
    metrics.flush_metrics()


def bind(**keys: Any) -> None:
    """Puts keys (a request id, a payment id) on every further log line of this thread."""
    logger.thread_safe_append_keys(**keys)


def unbind() -> None:
    logger.thread_safe_clear_keys()
