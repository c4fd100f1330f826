"""Every mistake that merchants make with signatures is found and named."""

import base64
import hashlib
import hmac
import json

import pytest

from chalicelib.domain import webhooks
from chalicelib.domain.signature_check import Candidate, check_signature

NOW = 1_800_000_000
SECRET, OTHER, PREVIOUS = "whsec_test_abc123", webhooks.new_secret(), webhooks.new_secret()
CANDIDATES = [
    Candidate("we_1", SECRET),
    Candidate("we_2", OTHER),
    Candidate("we_1", PREVIOUS, is_previous=True),
]
BODY = webhooks.body("evt_1", "payment.success", NOW, 3, {"payment": {"id": "pay_1", "notes": {"7": "ü", "b": "€/"}}})
HEADERS = webhooks.headers("delivery-1", NOW, BODY, [SECRET])

HEX = ["x_webhook_signature_present", "x_webhook_signature_encoding", "x_webhook_signature_matches"]
STANDARD = [
    "webhook_signature_present",
    "webhook_timestamp_in_tolerance",
    "webhook_signature_encoding",
    "webhook_signature_matches",
]


def checks(body=BODY, headers=HEADERS, now=NOW, **options):
    return {check.name: check for check in check_signature(body, headers, CANDIDATES, now, **options)}


def failed(results):
    return {name for name, check in results.items() if not check.passed}


def hex_of(key, message):
    return hmac.new(key, message.encode(), hashlib.sha256).hexdigest()


def only_x(signature):
    return {"X-Webhook-Signature": signature}


def standard(signature):
    return {"webhook-id": "delivery-1", "webhook-timestamp": str(NOW), "webhook-signature": signature}


def test_what_we_send_passes_every_check():
    results = checks()
    assert list(results) == HEX + STANDARD
    assert failed(results) == set()
    assert "current secret of endpoint we_1" in results["x_webhook_signature_matches"].explanation


def test_header_names_count_in_any_case():
    assert failed(checks(headers={name.upper(): value for name, value in HEADERS.items()})) == set()


def test_one_scheme_alone_is_enough():
    x_alone = checks(headers=only_x(HEADERS["X-Webhook-Signature"]))
    standard_alone = checks(headers=standard(HEADERS["webhook-signature"]))
    assert (list(x_alone), failed(x_alone)) == (HEX, set())
    assert (list(standard_alone), failed(standard_alone)) == (STANDARD, set())


def test_no_signature_header_at_all_fails_for_both_schemes():
    results = checks(headers={"Content-Type": "application/json", "X-Webhook-Signature": " "})
    assert failed(results) == {"x_webhook_signature_present", "webhook_signature_present"}


@pytest.mark.parametrize("name", ["webhook-id", "webhook-timestamp", "webhook-signature"])
def test_a_missing_header_is_named(name):
    results = checks(headers={key: value for key, value in HEADERS.items() if key != name})
    assert failed(results) == {"webhook_signature_present"}
    assert name in results["webhook_signature_present"].explanation


@pytest.mark.parametrize(("seconds", "passes"), [(300, True), (301, False), (-300, True), (-301, False)])
def test_the_timestamp_is_checked_both_ways(seconds, passes):
    assert ("webhook_timestamp_in_tolerance" not in failed(checks(now=NOW + seconds))) == passes


@pytest.mark.parametrize(("shift", "words"), [(4000, "4000 s old"), (-4000, "4000 s in the future")])
def test_a_replayed_timestamp_says_on_which_side_it_is(shift, words):
    assert words in checks(now=NOW + shift)["webhook_timestamp_in_tolerance"].explanation


@pytest.mark.parametrize("text", [str(NOW * 1000), "2027-01-15T08:00:00Z", "1.5", "-1"])
def test_a_timestamp_that_is_no_unix_seconds_is_named(text):
    results = checks(headers=HEADERS | {"webhook-timestamp": text})
    assert "whole seconds" in results["webhook_timestamp_in_tolerance"].explanation


RIGHT_HEX = HEADERS["X-Webhook-Signature"]
RIGHT_BASE64 = HEADERS["webhook-signature"].removeprefix("v1,")


@pytest.mark.parametrize(
    ("signature", "words"),
    [
        (base64.b64encode(bytes.fromhex(RIGHT_HEX)).decode(), "this one is base64 without a prefix"),
        (RIGHT_HEX.upper(), "upper-case"),
        (f"sha256={RIGHT_HEX}", "after `sha256=`"),
        (f"v1,{RIGHT_HEX}", "after `v1,`"),
    ],
)
def test_a_wrong_encoding_of_the_right_bytes_is_told_from_wrong_bytes(signature, words):
    results = checks(headers=only_x(signature))
    assert failed(results) == {"x_webhook_signature_encoding"}
    assert words in results["x_webhook_signature_encoding"].explanation


@pytest.mark.parametrize(
    ("signature", "words"),
    [
        (f"v1,{base64.b64decode(RIGHT_BASE64).hex()}", "lower-case hex"),
        (RIGHT_BASE64, "without a prefix"),
        (f"v1={RIGHT_BASE64}", "after `v1=`"),
        (f"v1,{RIGHT_BASE64.rstrip('=')}", "without its padding"),
    ],
)
def test_a_wrong_encoding_of_the_standard_signature_is_named(signature, words):
    results = checks(headers=standard(signature))
    assert failed(results) == {"webhook_signature_encoding"}
    assert words in results["webhook_signature_encoding"].explanation


@pytest.mark.parametrize("signature", ["", "x", RIGHT_HEX[:-1], RIGHT_HEX + "0", "é" * 64, "sha256=", "🙂"])
def test_what_is_no_signature_is_told_so(signature):
    results = checks(headers=only_x(signature) | {"X-Webhook-Signature": signature or "-"})
    assert failed(results) == {"x_webhook_signature_encoding", "x_webhook_signature_matches"}


def test_one_of_several_signatures_is_enough():
    several = standard(f"v1,{'A' * 43}= v1a,whatever {HEADERS['webhook-signature']}")
    assert failed(checks(headers=several)) == set()


@pytest.mark.parametrize("headers", [only_x(webhooks.sign(BODY, OTHER)), webhooks.headers("d", NOW, BODY, [OTHER])])
def test_the_secret_of_another_endpoint_is_named(headers):
    expected = {name for name in checks(headers=headers) if name.endswith("_matches")}
    results = checks(headers=headers, endpoint_id="we_1")
    assert failed(results) == expected
    assert all("we_2, not we_1" in results[name].explanation for name in expected)
    assert failed(checks(headers=headers)) == set()


def test_the_previous_secret_passes_with_advice():
    results = checks(headers=webhooks.headers("d", NOW, BODY, [PREVIOUS]), endpoint_id="we_1")
    assert failed(results) == set()
    assert "previous secret" in results["x_webhook_signature_matches"].explanation


def test_an_unknown_secret_is_told_from_the_others():
    results = checks(headers=webhooks.headers("d", NOW, BODY, [webhooks.new_secret()]))
    assert failed(results) == {"x_webhook_signature_matches", "webhook_signature_matches"}
    assert "another account" in results["x_webhook_signature_matches"].explanation


PARSED = json.loads(BODY)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (json.dumps(PARSED), "serialised again"),
        (json.dumps(PARSED, separators=(",", ":")), "serialised again"),
        (json.dumps(PARSED, indent=2, ensure_ascii=False), "serialised again"),
        (BODY.replace("/", "\\/"), "serialised again"),
        (BODY + "\n", "white space around it"),
    ],
)
def test_a_body_that_was_serialised_again_is_recognised(body, words):
    results = checks(body=body)
    assert failed(results) == {"x_webhook_signature_matches", "webhook_signature_matches"}
    assert all(words in results[name].explanation for name in failed(results))


def test_a_body_with_other_contents_is_not_excused():
    results = checks(body=BODY.replace("pay_1", "pay_2"))
    assert "byte for byte" in results["x_webhook_signature_matches"].explanation


@pytest.mark.parametrize("body", ["", "no json", "[1.5]", "[" * 100_000, "\ud800", '{"event":1}', "null"])
def test_any_body_gets_an_answer(body):
    assert failed(checks(body=body)) == {"x_webhook_signature_matches", "webhook_signature_matches"}


@pytest.mark.parametrize(
    ("signature", "words"),
    [
        (hex_of(b"test_abc123", BODY), "without its whsec_ prefix"),
        (hex_of(webhooks.standard_key(SECRET), BODY), "base64-decoded"),
        (hex_of(SECRET.encode(), json.dumps(PARSED)), "byte for byte"),
    ],
)
def test_a_wrong_key_for_the_hex_signature_is_recognised(signature, words):
    results = checks(headers=only_x(signature))
    assert failed(results) == {"x_webhook_signature_matches"}
    assert words in results["x_webhook_signature_matches"].explanation


@pytest.mark.parametrize(
    ("key", "message", "words"),
    [
        (SECRET.encode(), f"delivery-1.{NOW}.{BODY}", "the secret string itself"),
        (b"test_abc123", f"delivery-1.{NOW}.{BODY}", "but not base64-decoded"),
        (webhooks.standard_key(SECRET), BODY, "the body alone"),
    ],
)
def test_a_wrong_key_or_content_for_the_standard_signature_is_recognised(key, message, words):
    signature = "v1," + base64.b64encode(bytes.fromhex(hex_of(key, message))).decode()
    results = checks(headers=standard(signature))
    assert failed(results) == {"webhook_signature_matches"}
    assert words in results["webhook_signature_matches"].explanation


def test_two_mistakes_at_once_are_not_guessed():
    results = checks(body=json.dumps(PARSED), headers=only_x(hex_of(b"test_abc123", BODY)))
    assert "byte for byte" in results["x_webhook_signature_matches"].explanation


@pytest.mark.parametrize("body", [json.dumps(PARSED, sort_keys=True), json.dumps(dict(reversed(PARSED.items())))])
def test_keys_in_another_order_are_recognised_where_the_sent_body_is_known(body):
    results = checks(body=body, sent=BODY)
    assert "its keys' order" in results["webhook_signature_matches"].explanation
    assert "byte for byte" in checks(body=body)["webhook_signature_matches"].explanation


def test_another_body_is_told_from_another_secret_where_the_sent_body_is_known():
    altered = checks(body=BODY.replace("pay_1", "pay_2"), sent=BODY)
    stranger = checks(headers=webhooks.headers("d", NOW, BODY, [webhooks.new_secret()]), sent=BODY)
    assert "replaced" in altered["webhook_signature_matches"].explanation
    assert "the secret that does not fit" in stranger["webhook_signature_matches"].explanation


def test_no_explanation_gives_a_secret_or_the_right_signature_away():
    results = checks(headers=HEADERS | only_x("0" * 64))
    assert not any(SECRET in c.explanation or RIGHT_HEX in c.explanation for c in results.values())
