import pytest

from payment_gateway import acts
from payment_gateway.client import Client, Refused


@pytest.mark.parametrize(
    ("text", "method", "cvv"),
    [("success@upi", "upi", None), ("4111 1111 1111 1111", "card", "123"), ("3782-822463-10005", "card", "1234")],
)
def test_an_instrument_is_told_by_its_form(text, method, cvv):
    fields = acts.instrument(text)
    assert fields["method"] == method
    assert fields.get("card", {}).get("cvv") == cvv
    assert fields.get("vpa", fields.get("card", {}).get("number")) == text.replace(" ", "").replace("-", "")


def test_a_payment_is_settled_when_it_is_no_longer_pending(api):
    answers = iter(["pending", "pending", "failed"])
    api.routes["GET", "/payments/pay_1"] = lambda _: (200, {"id": "pay_1", "status": next(answers)})
    assert acts.settled(Client(api.url), "pay_1")["status"] == "failed"


def test_a_payment_that_waits_for_its_payer_is_not_waited_for(api):
    waiting = {"id": "pay_1", "status": "pending", "next_action": {"type": "redirect"}}
    api.routes["GET", "/payments/pay_1"] = lambda _: (200, waiting)
    assert acts.settled(Client(api.url), "pay_1") == waiting


def test_a_payment_that_stays_pending_is_too_slow(api):
    api.routes["GET", "/payments/pay_1"] = lambda _: (200, {"id": "pay_1", "status": "pending"})
    with pytest.raises(acts.TooSlow, match=r"pay_1 is still pending after 0\.2 s"):
        acts.settled(Client(api.url), "pay_1", 0.2)


def test_an_event_that_does_not_come_is_told_with_the_events_that_came(api):
    api.add_event(1, type="payment.pending")
    with pytest.raises(acts.TooSlow, match=r"no payment\.success for pay_1 within 0\.2 s; there came payment\.pending"):
        acts.wait_for_event(Client(api.url), "payment.success", "pay_1", 0.2)


def test_of_two_equal_events_the_first_is_returned(api):
    first = api.add_event(1, object_id="pay_1")
    api.add_event(2, object_id="pay_1")
    assert acts.wait_for_event(Client(api.url), "payment.success", "pay_1") == first


def test_events_after_one_come_oldest_first_over_several_pages(api):
    made = [api.add_event(number)["id"] for number in range(250)]
    assert [event["id"] for event in acts.events_after(Client(api.url), made[9])] == made[10:]


def test_a_long_jump_of_the_clock_is_followed_to_its_end(api):
    told = []
    answers = iter([(202, 0.3, False), (202, 0.8, False), (200, 1.0, True)])

    def move(_):
        status, progress, done = next(answers)
        return status, {"now": "2026-01-01T00:00:00Z", "job": {"id": "j1", "progress": progress, "done": done}}

    api.routes["POST", "/sandbox/clock"] = move
    acts.move_clock(Client(api.url), lambda shown: told.append(shown["job"]["progress"]), advance=60)

    assert told == [0.3, 0.8, 1.0]
    assert [asked[2] for asked in api.asked] == [{"advance": 60}, {"job": "j1"}, {"job": "j1"}]


def test_a_fresh_merchant_is_asked_for_again_when_too_many_ask_at_once(api):
    answers = iter([(429, {"error": {}}), (201, {"id": "m1"})])
    api.routes["POST", "/sandbox/merchants"] = lambda _: next(answers)
    assert acts.merchant(Client(api.url)) == {"id": "m1"}


def test_another_refusal_of_a_fresh_merchant_is_reported(api):
    with pytest.raises(Refused, match="No such path"):
        acts.merchant(Client(api.url))
