"""For every test: no real AWS account, and an environment that is set before chalicelib reads it."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

from tests.support import emulated

# What a busy machine's browser or clock upsets is run once more in CI, and counted there ("rerun"). Nothing else is:
# a race that shows once in a while is a bug.
UPSET_BY_A_BUSY_MACHINE = (
    "integration/frontend",
    "e2e/browser",
    "e2e/webhooks/test_fairness.py",
    "e2e/webhooks/test_ladder.py",
)
RERUN = pytest.mark.flaky(reruns=1)

emulated.use()
# hypothesis fails an example that takes 200 ms: a busy machine is no fault of the code.
settings.register_profile("gateway", deadline=None)
settings.load_profile("gateway")


def may_be_rerun(file: Path) -> bool:
    return any(file.is_relative_to(Path(__file__).parent / place) for place in UPSET_BY_A_BUSY_MACHINE)


def pytest_collection_modifyitems(items):
    if "RERUN_IN_CI" in os.environ:
        for item in items:
            if may_be_rerun(item.path):
                item.add_marker(RERUN)
