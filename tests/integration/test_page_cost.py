"""What a page costs, counted in calls, does not grow with the merchant's history, whatever is filtered by."""

from collections import Counter
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from uuid import uuid4

import pytest
from moto.core import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import dynamodb_backends

from chalicelib import aws
from chalicelib.api.blueprint import ROUTES as _  # noqa: F401
