"""Where webhooks may go: every vector here once led a careless program inside its own network."""

from pathlib import Path

import pytest

from chalicelib.domain.addresses import refusal
from chalicelib.domain.errors import BadRequest
from chalicelib.domain.webhook_urls import parse_url


def vectors(name):
    return (Path(__file__).parent / "webhook_vectors" / f"{name}.txt").read_text("utf-8").split()


INNER_ADDRESSES = vectors("inner_addresses")
PUBLIC_ADDRESSES = vectors("public_addresses")
INNER_URLS = vectors("inner_urls")
UNSEEN = [
    " https://example.com/",
    "https://example.com/ ",
    "https://exam ple.com/",
    "https://example.com/\r\nHost: 127.0.0.1",
    "https://example.com\t/",
    "https://exa\x00mple.com/",
    "https://exa\u200bmple.com/",
    "https://example.com/\n",
    "",
    "https://" + "a" * 64 + ".com/",
    "https://" + "a." * 126 + "com/",
    "https://example.com/" + "a" * 2029,
    "https://[abc.de]/",
    "https://[93.184.216.34]/",
    "https://[abc]/",
    "https://[:]/",
]


def test_the_lists_are_long_enough_to_mean_something():
    assert len({*INNER_ADDRESSES, *INNER_URLS, *UNSEEN}) > 150


@pytest.mark.parametrize("address", INNER_ADDRESSES)
def test_an_inner_address_is_refused_by_name_of_its_kind(address):
    assert refusal(address)
    literal = f"[{address}]" if ":" in address else address
    with pytest.raises(BadRequest, match="not a public address"):
        parse_url(f"https://{literal}/", allow_private=False)


@pytest.mark.parametrize("address", PUBLIC_ADDRESSES)
def test_a_public_address_is_allowed(address):
    assert refusal(address) is None
    literal = f"[{address}]" if ":" in address else address
    assert parse_url(f"https://{literal}/", allow_private=False).host == address


@pytest.mark.parametrize("url", INNER_URLS + UNSEEN)
def test_a_url_that_tricks_or_leads_inside_is_refused_with_a_sentence(url):
    with pytest.raises(BadRequest) as refused:
        parse_url(url, allow_private=False)
    assert refused.value.field == "url"
    assert refused.value.description.startswith("The webhook URL")


@pytest.mark.parametrize(
    ("url", "parts"),
    [
        ("https://example.com", ("example.com", 443, "/", "example.com")),
        ("https://Example.COM/Hook?a=1&b=%20", ("example.com", 443, "/Hook?a=1&b=%20", "example.com")),
        ("https://example.com?x", ("example.com", 443, "/?x", "example.com")),
        ("https://example.com/a@b:c//d", ("example.com", 443, "/a@b:c//d", "example.com")),
        ("https://hooks.example.com:8443/x", ("hooks.example.com", 8443, "/x", "hooks.example.com:8443")),
        ("https://xn--bcher-kva.de:443/", ("xn--bcher-kva.de", 443, "/", "xn--bcher-kva.de")),
        ("https://my_app.1and1.com/", ("my_app.1and1.com", 443, "/", "my_app.1and1.com")),
        ("https://8.8.8.8/x", ("8.8.8.8", 443, "/x", "8.8.8.8")),
        (
            "https://[2606:4700:4700::1111]:8443/",
            ("2606:4700:4700::1111", 8443, "/", "[2606:4700:4700::1111]:8443"),
        ),
        ("https://internal.example.com/", ("internal.example.com", 443, "/", "internal.example.com")),
        ("https://localhost.example.com/", ("localhost.example.com", 443, "/", "localhost.example.com")),
        ("https://example.com/" + "a" * 2028, ("example.com", 443, "/" + "a" * 2028, "example.com")),
    ],
)
def test_an_ordinary_url_is_allowed_and_taken_apart(url, parts):
    target = parse_url(url, allow_private=False)
    assert (target.host, target.port, target.path, target.host_header) == parts


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost:4000/webhook",
        "http://127.0.0.1:4000/webhook",
        "http://host.docker.internal:4000/webhook",
        "http://webhook_receiver:80/",
        "http://[::1]:4000/",
        "https://localhost:4000/",
    ],
)
def test_a_local_stage_takes_http_any_port_and_any_address(url):
    assert parse_url(url, allow_private=True)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://localhost/",
        "http://user@localhost/",
        "http://localhost/#x",
        "http://127.1/",
        "http://localhost:70000/",
        "http://localhost:0/",
        "http://a b/",
    ],
)
def test_a_local_stage_still_refuses_what_is_no_plain_url(url):
    with pytest.raises(BadRequest):
        parse_url(url, allow_private=True)
