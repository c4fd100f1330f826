import pytest
from botocore.exceptions import ClientError

from chalicelib import aws
from chalicelib.acquirers.base import ActionNeeded
from chalicelib.acquirers.simulated import memory
from chalicelib.domain.errors import Unavailable
from tests.support.banks import NOW

ACTION = ActionNeeded("redirect", "http://localhost:3001/bank?payment_id=pay_1", NOW + 600)


def test_the_first_request_decides_and_every_one_is_counted(bank_clock):
    first = memory.remember("pay_1", "silence 20m, approve", ACTION, None)
    bank_clock.advance(60)
    again = memory.remember("pay_1", "decline", None, 0)
    assert (again.script, again.since, again.action) == (first.script, NOW, ACTION)
    assert (first.asks, again.asks, memory.ask("pay_1").asks) == (1, 2, 3)


def test_looking_counts_no_question(bank_clock):
    memory.remember("pay_1", "flaky", None, 0)
    assert memory.find("pay_1").asks == memory.find("pay_1").asks == 1


def test_nothing_is_made_of_a_question_about_something_else(bank_clock):
    assert memory.ask("pay_1") is None
    assert memory.find("pay_1") is None


def test_an_item_is_kept_for_a_week(bank_clock):
    memory.remember("pay_1", "flaky", None, 0)
    memory.move("pay_2", "captured")
    items = aws.client("dynamodb").scan(TableName=memory.table())["Items"]
    assert [float(item["expires_at"]["N"]) for item in items] == [NOW + 7 * 86400] * 2


def test_the_payer_decides_once_and_time_counts_from_there(bank_clock):
    memory.remember("pay_1", "challenge", ACTION, None)
    bank_clock.advance(60)
    assert memory.decline("pay_1", "PAYMENT_CANCELLED")
    assert not memory.approve("pay_1", 0)
    found = memory.find("pay_1")
    assert (found.decision, found.since) == ("PAYMENT_CANCELLED", NOW + 60)


def test_nobody_decides_where_no_act_is_awaited(bank_clock):
    memory.remember("pay_1", "flaky", None, 0)
    memory.move("pay_2", "captured")
    for payment_id in ("pay_1", "pay_2", "pay_3"):
        assert not memory.approve(payment_id, 0)
        assert not memory.decline(payment_id, "PAYMENT_DECLINED")
        assert memory.count_wrong_code(payment_id) is None


def test_after_three_wrong_codes_no_consent_counts(bank_clock):
    memory.remember("pay_1", "challenge", ACTION, None)
    assert [memory.count_wrong_code("pay_1") for _ in range(4)] == [2, 1, 0, 0]
    assert not memory.approve("pay_1", 0)
    assert memory.decline("pay_1", "AUTHENTICATION_FAILED")


def test_money_is_held_from_its_time_on(bank_clock):
    memory.remember("pay_1", "decline, then approve after 30s", None, 30)
    assert not memory.move("pay_1", "captured")
    bank_clock.advance(30)
    assert memory.move("pay_1", "captured")


@pytest.mark.parametrize("call", [lambda: memory.ask("pay_1"), lambda: memory.find("pay_1")])
def test_a_database_that_refuses_is_unavailable(bank_clock, monkeypatch, call):
    class Throttling:
        def update_item(self, **_):
            raise ClientError({"Error": {"Code": "ThrottlingException"}}, "UpdateItem")

        get_item = update_item

    monkeypatch.setattr(aws, "client", lambda _: Throttling())
    with pytest.raises(Unavailable):
        call()
