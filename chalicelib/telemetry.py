"""Provides Powertools Logger and metrics. One request id goes through API, queue message and webhook."""

import json
import sys

from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit

from chalicelib.config import settings

NAMESPACE = "PaymentGateway"
SERVICE = "payment-gateway"

logger = Logger(service=SERVICE, level=settings().log_level)


def count(name: str, value: int = 1, **dimensions: str) -> None:
    """Writes one metric in CloudWatch's embedded format, without a call to AWS.

    Powertools' Metrics shares its state between threads. The line is written in one piece, because threads tear the
    output of flush_metrics apart from its line end.
    """
    metrics = EphemeralMetrics(namespace=NAMESPACE, service=SERVICE)
    for key, text in dimensions.items():
        metrics.add_dimension(key, text)
    metrics.add_metric(name, MetricUnit.Count, value)
    sys.stdout.write(json.dumps(metrics.serialize_metric_set(), separators=(",", ":")) + "\n")
