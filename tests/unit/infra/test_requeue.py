"""Which worker looks at a record that waits."""

import pytest

from chalicelib import queues
from infra.requeue import QUEUES, queue_of


@pytest.mark.parametrize(
    ("object_id", "queue"),
    [
        ("pay_1", "payments"),
        ("order_1", "payments"),
        ("rfnd_1", "refunds"),
        ("setl_1", "settlements"),
        ("d-1", "deliveries"),
    ],
)
def test_an_id_tells_its_queue(object_id, queue):
    assert queue_of(object_id) == queue


def test_every_queue_exists():
    assert {*QUEUES.values(), queue_of("x")} <= set(queues.QUEUES)
