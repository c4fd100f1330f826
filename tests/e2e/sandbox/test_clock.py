"""The clock crosses hours and days in seconds, and leaves the records that real time would leave."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from itertools import pairwise

import pytest

from tests.e2e.client import made

HOUR, DAY = 3600, 24 * 3600
LADDER = (60, 300, 1800, 7200)
JITTER = 1.1
SOON = 30  # real seconds


def attempts(sandbox, event):
    row = next(row for row in sandbox.client.get("/api/v1/webhooks?limit=100").json()["data"] if row["event"] == event)
    return sandbox.client.get(f"/api/v1/webhooks/{row['id']}").json()


def test_the_two_hour_ladder_is_climbed_with_every_attempt_at_its_time(sandbox, receiver, stopwatch, seconds_of):
    receiver.scripts["/hook"] = lambda _: 500
    sandbox.listen(receiver)
    sandbox.pay(script="approve")
    sandbox.client.until("/api/v1/webhooks", lambda shown: any(row["attempts"] for row in shown["data"]))

    sandbox.advance(4 * HOUR)

    log = attempts(sandbox, "payment.success")
    times = [seconds_of(each["at"]) for each in log["attempts_log"]]
    waits = [later - earlier for earlier, later in pairwise(times)]
    assert (log["status"], len(times)) == ("failed", 5)
    assert all(step - 2 <= wait <= step * JITTER + 10 for step, wait in zip(LADDER, waits, strict=True)), waits
    assert stopwatch() < SOON


def test_an_authorisation_is_released_after_three_days(sandbox, stopwatch, seconds_of):
    payment = sandbox.pay(script="approve", capture_within=3 * DAY)
    authorised = sandbox.until(payment, status="success")

    sandbox.advance(2 * DAY)
    sandbox.until(payment, status="success")
    sandbox.advance(2 * DAY)

    voided = sandbox.until(payment, status="voided")
    held = seconds_of(voided["voided_at"]) - seconds_of(authorised["created_at"])
    assert 3 * DAY - 5 <= held <= 3 * DAY + 60
    assert stopwatch() < SOON


def test_an_idempotency_key_is_forgotten_after_a_day_and_not_before(sandbox):
    def order():
        answer = sandbox.client.post("/api/v1/orders", {"amount": 100}, headers={"Idempotency-Key": "cart-1"})
        return made(answer)["id"]

    first = order()
    sandbox.advance(DAY - HOUR)
    assert order() == first
    sandbox.advance(2 * HOUR)
    assert order() != first


def test_the_log_and_the_events_are_shown_for_thirty_days_and_no_longer(sandbox, receiver, stopwatch):
    sandbox.listen(receiver)
    sandbox.pay(script="approve")
    sandbox.client.until("/api/v1/webhooks", lambda shown: any(row["attempts"] for row in shown["data"]))
    paths = [f"/api/v1/{path}" for path in ("webhooks?limit=100", "events?limit=100", f"events?after=evt_{'0' * 20}")]

    def logs():
        return [{row["id"] for row in sandbox.client.get(path).json()["data"]} for path in paths]

    told = {row["id"] for row in sandbox.client.until(paths[1], lambda shown: len(shown["data"]) == 4)["data"]}
    sandbox.advance(29 * DAY)  # the log begins with the first day of which nothing has expired
    log, *events = logs()
    assert log
    assert events == [told, told]
    sandbox.advance(2 * DAY)
    assert logs() == [set(), set(), set()]
    assert {sandbox.client.get(f"/api/v1/events/{event}").status_code for event in told} == {404}
    assert stopwatch() < SOON


def test_an_order_expires_at_its_time(sandbox, receiver, seconds_of):
    sandbox.listen(receiver)
    ends = sandbox.now() + 6 * HOUR
    order = sandbox.client.order(expires_at=datetime.fromtimestamp(ends, UTC).isoformat())

    sandbox.advance(7 * HOUR)

    shown = sandbox.client.get(f"/api/v1/orders/{order['id']}").json()
    assert shown["status"] == "expired"
    assert 0 <= seconds_of(shown["updated_at"]) - ends < 10
    assert [arrival.event for arrival in receiver.arrivals["/hook"]] == ["order.expired"]


def test_what_is_due_earlier_happens_earlier(sandbox, receiver):
    sandbox.listen(receiver)
    late = sandbox.pay(script="silence 40m, approve")
    early = sandbox.pay(script="silence 20m, decline")

    sandbox.advance(2 * HOUR)

    ended = {"payment.success", "payment.failed"}
    told = [arrival.object_id for arrival in receiver.arrivals["/hook"] if arrival.event in ended]
    assert told == [early["id"], late["id"]]


def test_an_unknown_payment_is_paid_an_hour_later(sandbox):
    payment = sandbox.pay(script="silence 1h, approve")
    sandbox.until(payment, status="pending")
    sandbox.advance(2 * HOUR)
    sandbox.until(payment, status="success")


@pytest.mark.parametrize(
    "move", [{"advance": -1}, {}, {"advance": 1, "to": "2040-01-01"}, {"to": "soon"}, {"job": "no"}]
)
def test_a_move_that_makes_no_sense_is_refused(sandbox, move):
    before = sandbox.now()
    assert sandbox.ask("POST", "clock", move).status_code == 400
    assert sandbox.now() - before < SOON


def test_the_clock_goes_to_a_moment(sandbox, seconds_of):
    goal = sandbox.now() + 90
    shown = sandbox.ask("POST", "clock", {"to": datetime.fromtimestamp(goal, UTC).isoformat()}).json()
    assert seconds_of(shown["now"]) >= goal
    assert (shown["job"]["done"], shown["job"]["progress"]) == (True, 1.0)


def test_a_month_with_a_thousand_open_objects_takes_less_than_twenty_seconds(sandbox, stopwatch):
    now = sandbox.now()

    def open_one(number):
        spread = number * 30 * DAY / 1000
        if number % 2:
            end = datetime.fromtimestamp(now + HOUR + spread, UTC).isoformat()
            sandbox.client.order(expires_at=end)
        else:
            sandbox.pay(script="silence 3d, approve")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(open_one, range(1000)))
    began = stopwatch()
    sandbox.advance(32 * DAY)
    took = stopwatch() - began

    assert sandbox.client.get("/api/v1/orders?status=expired&limit=1").json()["total"] in {500, None}
    assert sandbox.client.get("/api/v1/payments?status=failed&limit=1").json()["total"] == 500
    assert took < 20, took
