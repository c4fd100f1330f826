import hashlib
from pathlib import Path

import pytest

from infra.deployment import proxy, publish
from infra.deployment.publish import Origins

ORIGINS = Origins(
    "https://abc.execute-api.eu-west-1.amazonaws.com/api", "https://pay.example", "https://dashboard.example"
)
BUCKETS = {"dashboard": "d", "checkout": "c"}


class Buckets:
    """S3's memory."""

    def __init__(self):
        self.objects = {name: {} for name in BUCKETS.values()}
        self.kinds = {}

    def get_paginator(self, _):
        return self

    def paginate(self, **names):
        bodies = self.objects[names["Bucket"]]
        etags = {key: hashlib.md5(body, usedforsecurity=False).hexdigest() for key, body in bodies.items()}
        return [{"Contents": [{"Key": key, "ETag": f'"{etag}"'} for key, etag in etags.items()]}]

    def put_object(self, **given):
        self.objects[given["Bucket"]][given["Key"]] = given["Body"]
        self.kinds[given["Key"]] = given["ContentType"]

    def delete_object(self, **given):
        del self.objects[given["Bucket"]][given["Key"]]


@pytest.fixture
def s3():
    return Buckets()


def test_publishing_again_writes_nothing(s3):
    assert publish.publish(s3, BUCKETS, ORIGINS) > 0
    assert publish.publish(s3, BUCKETS, ORIGINS) == 0


def test_what_is_no_page_any_more_goes(s3):
    s3.objects["d"]["old.js"] = b""

    publish.publish(s3, BUCKETS, ORIGINS)

    assert "old.js" not in s3.objects["d"]


def test_the_pages_are_told_where_the_api_is_with_its_path_and_their_policy_without(s3):
    publish.publish(s3, BUCKETS, ORIGINS)

    assert f'"apiUrl": "{ORIGINS.api}"' in s3.objects["c"]["config.js"].decode()
    page = s3.objects["c"]["checkout.html"].decode()
    assert "connect-src 'self' https://abc.execute-api.eu-west-1.amazonaws.com;" in page
    assert "localhost" not in page


def test_a_website_bucket_knows_each_page_by_its_bare_name_too_and_as_html(s3):
    publish.publish(s3, BUCKETS, ORIGINS, website=True)

    assert s3.objects["c"]["checkout"] == s3.objects["c"]["checkout.html"]
    assert s3.kinds["checkout"] == "text/html; charset=utf-8"


def test_the_proxy_is_told_the_emulator_the_api_the_buckets_and_the_origins():
    text = proxy.targets("http://localstack:4566", "/_aws/execute-api/gateway/api", BUCKETS, ORIGINS)

    assert "upstream emulator { server localstack:4566;" in text
    assert 'map "" $api { default "/_aws/execute-api/gateway/api"; }' in text
    assert 'map "" $api_origin { default "https://abc.execute-api.eu-west-1.amazonaws.com"; }' in text


def test_the_proxy_lets_in_our_own_pages_and_our_own_names_only():
    text = proxy.targets("http://localstack:4566", "/x", BUCKETS, Origins(api="http://localhost:48000"))

    own = '"" 0; "http://127.0.0.1:3000" 0; "http://127.0.0.1:3001" 0; "http://localhost:3000" 0; "http://localhost:3001" 0;'
    assert f"map $http_origin $stranger {{ default 1; {own} }}" in text
    names = text.partition("map $host $elsewhere { default 1; ")[2]
    assert [name in names for name in ('"localhost" 0;', '"[::1]" 0;', '"host.docker.internal" 0;')] == [True] * 3
    configuration = Path(proxy.__file__).with_name("gateway.conf").read_text(encoding="utf-8")
    assert "set $refused $stranger;" in configuration
    assert "if ($refused) { return 403; }" in configuration
    assert "if ($elsewhere) { return 403; }" in configuration
