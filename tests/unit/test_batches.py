"""Which messages of a batch come again when something breaks."""

import pytest

from chalicelib import queues
from chalicelib.domain.errors import NotFound, Unavailable
from functions import batches

BAD = "pay_bad"


def failed(process):
    ids = (BAD, "pay_1", "pay_2")
    records = [
        {"messageId": each, "attributes": {"ApproximateReceiveCount": "1"}, "body": queues.encode(job)}
        for each in ids
        for job in [queues.job(queues.PAYMENTS, each, "r")]
    ]
    answer = batches.run({"Records": records}, None, lambda work, _: process(work))
    return [item["itemIdentifier"] for item in answer["batchItemFailures"]]


def breaking_with(error):
    def process(jobs):
        if any(job.object_id == BAD for job in jobs):
            raise error
        return []

    return process


@pytest.mark.parametrize("error", [ZeroDivisionError(), NotFound("Payment")])
def test_what_breaks_a_batch_takes_nobody_along(error):
    assert failed(breaking_with(error)) == [BAD]


def test_where_a_dependency_fails_all_come_again():
    assert failed(breaking_with(Unavailable("The database did not answer"))) == [BAD, "pay_1", "pay_2"]
