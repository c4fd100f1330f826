from chalicelib.persistence.deliveries import Delivery

ENTRY = {
    "at": "2026-11-23T10:00:00Z",
    "duration_ms": 12,
    "status": 503,
    "error_class": "status",
    "error_detail": "",
    "response_body": "später",
}


def test_a_delivery_shows_its_last_attempt():
    delivery = Delivery("d", attempts_log=[{**ENTRY, "status": None}, ENTRY])
    shown = (delivery.last_attempt_at, delivery.response_code, delivery.response_body)
    assert shown == ("2026-11-23T10:00:00Z", 503, "später")


def test_a_delivery_without_attempts_shows_none():
    delivery = Delivery("d", attempts_log=[])
    assert (delivery.last_attempt_at, delivery.response_code, delivery.response_body) == (None, None, None)


def test_the_log_of_attempts_is_stored_without_names_and_blanks_and_read_back():
    attribute = Delivery.attempts_log
    stored = attribute.serialize([ENTRY])
    assert stored == '[["2026-11-23T10:00:00Z",12,503,"später","status"]]'
    assert attribute.deserialize(stored) == [ENTRY]


def test_an_attempt_that_succeeded_is_stored_without_places_for_errors_and_read_back_with_them():
    attribute = Delivery.attempts_log
    made = {**ENTRY, "status": 200, "error_class": None, "response_body": ""}
    stored = attribute.serialize([made])
    assert stored == '[["2026-11-23T10:00:00Z",12,200]]'
    assert attribute.deserialize(stored) == [made]
