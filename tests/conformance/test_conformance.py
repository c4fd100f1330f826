"""Every acquirer keeps every promise of the kit, and a bank that breaks one fails at exactly that one."""

import pytest

from chalicelib.acquirers import ACQUIRERS
from chalicelib.acquirers.base import InvalidNotification
from tests.conformance import promises, refusals
from tests.conformance.banks import HARNESSES
from tests.conformance.broken import BROKEN
from tests.conformance.simulated import simulated

CHECKS = promises.CHECKS | refusals.CHECKS


def test_every_acquirer_is_under_test():
    assert HARNESSES.keys() == ACQUIRERS.keys()


@pytest.fixture(params=HARNESSES)
def harness(request):
    with HARNESSES[request.param]() as made:
        yield made


@pytest.mark.parametrize("name", CHECKS)
def test_conforms(harness, name):
    CHECKS[name](harness)


def keeps(check, harness):
    """Whether the bank passes. What it raises is a failure too."""
    try:
        check(harness)
    except (AssertionError, pytest.fail.Exception, ConnectionError, InvalidNotification):
        return False
    return True


@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_bank_fails_at_the_promise_that_it_breaks_and_no_other(kind):
    with simulated(kind) as harness:
        assert [name for name, check in CHECKS.items() if not keeps(check, harness)] == [BROKEN[kind]]
