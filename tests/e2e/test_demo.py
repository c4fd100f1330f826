"""`make demo` on a running gateway."""

from tests.e2e.client import Client


def test_the_demonstration_succeeds_in_plain_text_and_leaves_no_endpoint_behind(mortal):
    done = mortal.tool("infra.demo")

    assert done.returncode == 0, done.stderr
    assert done.stdout.rstrip().endswith("All of it went as it should.")
    assert done.stdout.count("signature verified") == 3
    assert "\x1b" not in done.stdout
    urls = [each["url"] for each in Client(mortal.settings.api_origin).get("/api/v1/webhook-endpoints").json()["data"]]
    assert not [url for url in urls if url.endswith("/webhook")]
