"""The pure rules of webhooks; the fixtures of Standard Webhooks come from its own Python package."""

import base64
import hmac
import json
import random
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from hashlib import sha256

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from chalicelib.domain import webhooks

SEEDED_SECRET = "whsec_test_abc123"
BODY = webhooks.body("evt_1", "payment.success", 1_700_000_000, 3, {"payment": {"id": "pay_1", "amount": 100}})
DELIVERY = webhooks.delivery_id("pay_1", 3, "we_1")


def signed(secrets, moment=None, message=BODY):
    moment = moment or datetime.now(UTC)
    return webhooks.headers(DELIVERY, int(moment.timestamp()), message, secrets)


# --- the ladder ---


def test_the_test_ladder_is_exact():
    waits = [webhooks.delay_before(n, DELIVERY, test_intervals=True) for n in range(1, 6)]
    assert waits == [0, 5, 10, 15, 20]


@pytest.mark.parametrize(("attempt", "step"), [(1, 0), (2, 60), (3, 300), (4, 1800), (5, 7200)])
def test_a_production_step_is_stretched_by_less_than_a_tenth(attempt, step):
    waits = [webhooks.delay_before(attempt, f"delivery-{n}") for n in range(200)]
    assert all(step <= wait <= step * 1.1 for wait in waits)
    assert step == 0 or len(set(waits)) > 1


def test_planning_one_attempt_twice_gives_the_same_moment():
    assert webhooks.delay_before(5, DELIVERY) == webhooks.delay_before(5, DELIVERY)


@pytest.mark.parametrize(
    ("attempt", "asked", "waited"),
    [(2, None, 5), (2, 0, 5), (2, 3, 5), (2, 8, 8), (2, 3600, 10), (4, 18, 18), (5, 3600, 20)],
)
def test_retry_after_lengthens_a_wait_up_to_the_next_step(attempt, asked, waited):
    assert webhooks.delay_before(attempt, DELIVERY, test_intervals=True, retry_after=asked) == waited


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        (" 7 ", 7),
        ("0", 0),
        (None, None),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
    ],
)
def test_retry_after_holds_whole_seconds_or_is_ignored(value, seconds):
    assert webhooks.parse_retry_after(value, now=0) == seconds


def test_retry_after_may_be_a_date():
    now = datetime(2026, 3, 1, 12, tzinfo=UTC)
    header = format_datetime(now + timedelta(seconds=90), usegmt=True)
    assert webhooks.parse_retry_after(header, now.timestamp()) == 90
    assert webhooks.parse_retry_after(header, now.timestamp() + 500) == 0


# --- the body ---


def test_the_body_is_compact_and_in_order():
    expected = (
        '{"id":"evt_1","event":"payment.success","timestamp":1700000000,"sequence":3,'
        '"data":{"payment":{"id":"pay_1","amount":100}}}'
    )
    assert expected == BODY


def test_integer_like_keys_come_first_as_javascript_orders_them():
    notes = {"b": 1, "10": 1, "4294967295": 1, "2": 1, "01": 1, "-1": 1, "4294967294": 1, "0": 1}
    keys = list(json.loads(webhooks.compact_json(notes)))
    assert keys == ["0", "2", "10", "4294967294", "b", "4294967295", "01", "-1"]


def test_text_is_sent_raw_where_javascript_sends_it_raw():
    assert webhooks.compact_json("é😀\u2028\x7f") == '"é😀\u2028\x7f"'
    assert webhooks.compact_json('\x00\x1f\b\t"\\/') == '"\\u0000\\u001f\\b\\t\\"\\\\/"'


def test_a_lone_surrogate_is_escaped_and_a_pair_is_joined():
    assert webhooks.compact_json("\ud800x\udfff") == '"\\ud800x\\udfff"'
    assert webhooks.compact_json("\ud83d\ude00") == '"😀"'


@pytest.mark.parametrize("value", [1.5, 1.0, -0.0, float("nan"), 2**53, -(2**53)])
def test_a_number_that_javascript_would_change_is_refused(value):
    with pytest.raises(ValueError, match=r"float|2\^53"):
        webhooks.body("evt_1", "payment.success", 1, 3, {"payment": {"amount": [value]}})


ALPHABET = (
    "abzAZ09_ -.:/\\'\"<>&{}[]\n\r\t\b\f\x00\x01\x1f\x7f\x80\xa0éßñ₹€हिन्दी中文日本"
    "\u200b\u200d\u2028\u2029\ufeff\ufffe\uffff\ud800\udbff\udc00\udfff😀👩‍👩‍👧🇮🇳𝟘𐍈"
)
NUMERIC_KEYS = (
    "0",
    "1",
    "7",
    "10",
    "00",
    "01",
    "-1",
    "1.0",
    "1e3",
    "4294967294",
    "4294967295",
    "9007199254740993",
)
ODD_KEYS = ("__proto__", "constructor", "toString", "length", "toJSON", "")


def some_text(rng):
    return "".join(rng.choices(ALPHABET, k=rng.randrange(12)))


def some_key(rng):
    return rng.choice([rng.choice(NUMERIC_KEYS), rng.choice(ODD_KEYS), str(rng.randrange(3000)), some_text(rng)])


def some_notes(rng):
    values = (
        some_text(rng),
        str(rng.randrange(10**40)),
        {},
        [],
        None,
        True,
        rng.randrange(-(2**53) + 1, 2**53),
    )
    return {some_key(rng): rng.choice(values) for _ in range(rng.randrange(16))}


def some_body(rng):
    payment = {"id": "pay_1", "notes": some_notes(rng), "receipt": some_text(rng), "reason": some_text(rng)}
    return webhooks.body("evt_1", "payment.success", rng.randrange(2**33), 3, {"payment": payment})


RESIGN = """
const { createHmac } = require("node:crypto");
const lines = require("node:readline").createInterface({ input: process.stdin, crlfDelay: Infinity });
lines.on("line", (line) => {
  const text = JSON.stringify(JSON.parse(Buffer.from(line, "base64").toString("utf8")));
  console.log(createHmac("sha256", "whsec_test_abc123").update(text).digest("hex"));
});
"""


@pytest.mark.skipif(shutil.which("node") is None, reason="NODE IS ABSENT: re-stringified signatures stay unproven")
def test_ten_thousand_bodies_parsed_and_stringified_again_in_node_have_our_signature():
    rng = random.Random(4)
    bodies = [some_body(rng) for _ in range(10_000)]
    lines = "\n".join(base64.b64encode(text.encode()).decode() for text in bodies)
    node = subprocess.run(["node", "-e", RESIGN], input=lines, capture_output=True, text=True, check=True, timeout=60)
    theirs = node.stdout.split()
    assert len(theirs) == len(bodies)
    wrong = [
        text for text, signature in zip(bodies, theirs, strict=True) if signature != webhooks.sign(text, SEEDED_SECRET)
    ]
    assert wrong == []


# --- ids, secrets and signatures ---


def test_repeating_a_step_names_the_same_delivery_and_another_event_does_not():
    assert webhooks.delivery_id("pay_1", 3, "we_1") == DELIVERY
    others = {
        webhooks.delivery_id(*parts)
        for parts in [
            ("pay_2", 3, "we_1"),
            ("pay_1", 4, "we_1"),
            ("pay_1", 3, "we_2"),
        ]
    }
    assert len(others | {DELIVERY}) == 4


def test_a_new_secret_holds_24_random_bytes():
    first, second = webhooks.new_secret(), webhooks.new_secret()
    assert first != second
    assert first.startswith("whsec_")
    assert len(base64.b64decode(first.removeprefix("whsec_"), validate=True)) == 24


def test_the_default_events_are_the_contracts_with_its_addition_and_all_have_a_name():
    assert webhooks.DEFAULT_EVENTS == (
        "payment.success",
        "payment.failed",
        "refund.created",
        "refund.processed",
        "refund.failed",
    )
    assert set(webhooks.DEFAULT_EVENTS) < set(webhooks.ALL_EVENTS)
    assert len(webhooks.ALL_EVENTS) == 19


def test_x_webhook_signature_is_the_hex_hmac_of_the_body_under_the_whole_secret():
    expected = hmac.new(b"whsec_test_abc123", BODY.encode(), sha256).hexdigest()
    assert signed([SEEDED_SECRET])["X-Webhook-Signature"] == expected


@pytest.mark.parametrize("secret", [SEEDED_SECRET, webhooks.new_secret()], ids=["seeded", "new"])
def test_the_unmodified_standardwebhooks_package_verifies(secret):
    assert Webhook(secret).verify(BODY, signed([secret]))["event"] == "payment.success"


def test_both_secrets_verify_while_one_replaces_the_other():
    new, old = webhooks.new_secret(), webhooks.new_secret()
    headers = signed([new, old])
    for secret in (new, old):
        Webhook(secret).verify(BODY, headers)
    assert headers["X-Webhook-Signature"] == webhooks.sign(BODY, new)
    assert headers["X-Webhook-Signature-Previous"] == webhooks.sign(BODY, old)


@pytest.mark.parametrize("seconds", [-301, 301])
def test_a_replayed_timestamp_out_of_tolerance_fails(seconds):
    headers = signed([SEEDED_SECRET], datetime.now(UTC) + timedelta(seconds=seconds))
    with pytest.raises(WebhookVerificationError, match="too"):
        Webhook(SEEDED_SECRET).verify(BODY, headers)


def test_a_changed_body_or_id_fails():
    headers = signed([SEEDED_SECRET])
    with pytest.raises(WebhookVerificationError, match="No matching"):
        Webhook(SEEDED_SECRET).verify(BODY + " ", headers)
    with pytest.raises(WebhookVerificationError, match="No matching"):
        Webhook(SEEDED_SECRET).verify(BODY, headers | {"webhook-id": "other"})


def test_a_secret_without_a_key_is_refused():
    with pytest.raises(ValueError, match="no key"):
        webhooks.standard_key("whsec_")
