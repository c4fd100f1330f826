import pytest

from chalicelib.services.books import terms
from tests.unit.services.books.shop import MONDAY


@pytest.fixture
def shop(made, now, bank, sent):
    """The id of a merchant of the test's own, on a Monday."""
    now[0] = MONDAY
    terms.forget()
    return made.id
