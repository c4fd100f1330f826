"""`make demo` on a running gateway."""

import json

from tests.e2e.client import Client


def test_the_demonstration_succeeds_in_plain_text_and_leaves_no_endpoint_behind(mortal):
    done = mortal.tool("infra.demo")

    assert done.returncode == 0, done.stderr
    assert done.stdout.rstrip().endswith("All of it went as it should.")
    assert done.stdout.count("signature verified") == 3
    assert "\x1b" not in done.stdout
    urls = [each["url"] for each in Client(mortal.settings.api_origin).get("/api/v1/webhook-endpoints").json()["data"]]
    assert not [url for url in urls if url.endswith("/webhook")]


def test_a_program_gets_every_request_and_webhook_as_one_json_document(mortal):
    done = mortal.tool("infra.demo", "--json")

    assert done.returncode == 0, done.stderr
    shown = json.loads(done.stdout)
    steps = [step for chapter in shown["chapters"] for step in chapter["steps"]]
    assert (shown["passed"], shown["error"]) == (True, None)
    assert [step["webhook"]["event"] for step in steps if "webhook" in step] == [
        "payment.success", "payment.failed", "refund.processed",
    ]  # fmt: skip
    assert [step["status"] for step in steps if step.get("path") == "/api/v1/orders"] == [201, 201, 400]
    assert "signature verified" in done.stderr
