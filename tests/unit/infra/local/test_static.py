"""The pages' server on loopback, in front of a bucket in memory."""

import gzip
import hashlib
import http.client
import threading
from contextlib import contextmanager
from io import BytesIO

import pytest
from botocore.exceptions import ClientError

from infra.local.loopback import listen
from infra.local.static import Bucket, Site, SiteRequestHandler, SiteServer, candidates

LONG = b"export const text = 'a';\n" * 100


@pytest.mark.parametrize(
    ("path", "keys"),
    [
        ("/", ["index.html"]),
        ("", ["index.html"]),
        ("/index.html", ["index.html"]),
        ("/checkout", ["checkout.html", "checkout/index.html"]),
        ("/checkout/", ["checkout.html", "checkout/index.html"]),
        ("/checkout.js", ["checkout.js"]),
        ("/shared/styles.css", ["shared/styles.css"]),
        ("/a%20b.js", ["a b.js"]),
        ("/../../etc/passwd.txt", ["etc/passwd.txt"]),
        ("//shared//x.js", ["shared/x.js"]),
    ],
)
def test_a_path_leads_to_the_keys_to_try(path, keys):
    assert candidates(path, single_page=False) == keys


def test_a_single_page_answers_for_paths_it_knows_itself_but_not_for_missing_files():
    assert candidates("/dashboard/webhooks", single_page=True)[-1] == "index.html"
    assert candidates("/dashboard/missing.js", single_page=True) == ["dashboard/missing.js"]


class Objects:
    """S3's get_object, with its conditions."""

    def __init__(self, objects):
        self.objects = objects
        self.transferred = []

    def get_object(self, Bucket, Key, IfNoneMatch=None):  # noqa: N803  # boto3 names them so
        del Bucket
        if Key not in self.objects:
            raise self._refusal(404)
        body, kind = self.objects[Key]
        etag = f'"{hashlib.md5(body, usedforsecurity=False).hexdigest()}"'
        if etag == IfNoneMatch:
            raise self._refusal(304)
        self.transferred.append(Key)
        return {"Body": BytesIO(body), "ContentType": kind, "ETag": etag}

    @staticmethod
    def _refusal(status):
        return ClientError(
            {"ResponseMetadata": {"HTTPStatusCode": status}, "Error": {"Code": str(status)}}, "GetObject"
        )


@contextmanager
def serving(objects):
    site = Site("bucket", 0, single_page=False, headers={"X-Frame-Options": "DENY"})
    handler = type("Handler", (SiteRequestHandler,), {"site": site, "bucket": Bucket(objects, "bucket")})
    server = SiteServer(listen(0)[0], handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield http.client.HTTPConnection("127.0.0.1", server.socket.getsockname()[1], timeout=5)
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def objects():
    return Objects({"index.html": (b"<h1>hi</h1>", "text/html"), "long.js": (LONG, "text/javascript")})


@pytest.fixture
def site(objects):
    with serving(objects) as connection:
        yield connection


def get(site, path, method="GET", **headers):
    site.request(method, path, headers=headers)
    answer = site.getresponse()
    return answer, answer.read()


def test_a_page_comes_with_its_type_etag_and_the_sites_headers(site):
    answer, body = get(site, "/?query=ignored")
    assert (answer.status, body, answer.headers["Content-Type"]) == (200, b"<h1>hi</h1>", "text/html")
    assert answer.headers["ETag"]
    assert answer.headers["Cache-Control"] == "no-cache"
    assert answer.headers["X-Frame-Options"] == "DENY"


def test_what_the_browser_has_already_is_not_sent_again(site):
    etag = get(site, "/")[0].headers["ETag"]
    answer, body = get(site, "/", **{"If-None-Match": etag})
    assert (answer.status, body) == (304, b"")


def test_a_long_text_is_compressed_for_who_accepts_it(site):
    packed, body = get(site, "/long.js", **{"Accept-Encoding": "gzip, br"})
    plain, whole = get(site, "/long.js")
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(body) == whole == LONG
    assert packed.headers["Vary"] == plain.headers["Vary"] == "Accept-Encoding"
    assert "Content-Encoding" not in plain.headers


def test_head_is_get_without_the_body(site):
    answer, body = get(site, "/long.js", "HEAD")
    assert (answer.status, body, answer.headers["Content-Length"]) == (200, b"", str(len(LONG)))


def test_a_missing_page_is_404_and_the_connection_goes_on(site):
    assert get(site, "/nowhere")[0].status == 404
    assert get(site, "/")[0].status == 200


def test_an_object_that_did_not_change_is_transferred_once_and_a_new_one_is_seen(site, objects):
    get(site, "/long.js")
    get(site, "/long.js")
    assert objects.transferred == ["long.js"]
    objects.objects["long.js"] = (b"new", "text/javascript")
    assert get(site, "/long.js")[1] == b"new"
