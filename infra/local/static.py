"""Serves the dashboard and checkout buckets, each on its port. Child of the supervisor: `python -m infra.local.static`.

The emulator has no S3 website endpoints; on AWS CloudFront does this work. The headers below are CloudFront's.
"""

import gzip
import os
import posixpath
import signal
import socket
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote, urlsplit

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from infra.deployment.headers import security_headers
from infra.deployment.publish import Origins
from infra.local.lifeline import end_with_parent
from infra.local.log import log_as_json
from infra.local.loopback import listen
from infra.local.settings import LocalSettings, read_settings

COMPRESSIBLE = ("text/", "application/json", "application/manifest+json", "image/svg+xml")
WORTH_COMPRESSING = 1024  # bytes


@dataclass(frozen=True, slots=True)
class Site:
    """Describes a site. single_page: an unknown path without an extension gets index.html, whose script routes it."""

    bucket: str
    port: int
    single_page: bool
    headers: Mapping[str, str]


def candidates(path: str, *, single_page: bool) -> list[str]:
    """Returns the keys to try for a request path, in order."""
    key = posixpath.normpath(unquote(path)).lstrip("/").removeprefix(".")
    if key in {"", "index.html"}:
        return ["index.html"]
    if posixpath.splitext(key)[1]:
        return [key]
    pages = [f"{key}.html", f"{key}/index.html"]
    return [*pages, "index.html"] if single_page else pages


def sites(settings: LocalSettings) -> list[Site]:
    stack = settings.stack_name
    origins = Origins(settings.api_origin, settings.checkout_origin, settings.dashboard_origin)
    return [
        Site(f"{stack}-dashboard", settings.dashboard_port, True, security_headers(origins, embeddable=False)),  # noqa: FBT003
        Site(f"{stack}-checkout", settings.checkout_port, False, security_headers(origins, embeddable=True)),  # noqa: FBT003
    ]


@dataclass(frozen=True, slots=True)
class Page:
    body: bytes
    content_type: str
    etag: str


class Bucket:
    """Reads objects. An object that did not change is not transferred again."""

    def __init__(self, s3: Any, name: str) -> None:
        self.s3 = s3
        self.name = name
        self.known: dict[str, Page] = {}

    def first(self, keys: list[str]) -> Page | None:
        return next((page for key in keys if (page := self.get(key))), None)

    def get(self, key: str) -> Page | None:
        known = self.known.get(key)
        condition = {"IfNoneMatch": known.etag} if known else {}
        try:
            answer = self.s3.get_object(Bucket=self.name, Key=key, **condition)
        except ClientError as error:
            not_modified = error.response["ResponseMetadata"]["HTTPStatusCode"] == HTTPStatus.NOT_MODIFIED
            return known if not_modified else None
        page = Page(answer["Body"].read(), answer["ContentType"], answer["ETag"])
        self.known[key] = page
        return page


@lru_cache(maxsize=256)
def compressed(page: Page) -> bytes:
    return gzip.compress(page.body, mtime=0)


class SiteRequestHandler(BaseHTTPRequestHandler):
    """Answers requests. Each server has a subclass that sets `site` and `bucket`."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 64 * 1024
    server_version = "payment-gateway"
    sys_version = ""
    timeout = 75
    site: Site
    bucket: Bucket

    def do_GET(self) -> None:  # http.server names it so
        keys = candidates(urlsplit(self.path).path, single_page=self.site.single_page)
        page = self.bucket.first(keys)
        if page is None:
            self._answer(HTTPStatus.NOT_FOUND, Page(b"Not found\n", "text/plain; charset=utf-8", ""))
        elif self.headers.get("If-None-Match") == page.etag:
            self._answer(HTTPStatus.NOT_MODIFIED, Page(b"", page.content_type, page.etag))
        else:
            self._answer(HTTPStatus.OK, page)

    do_HEAD = do_GET

    def _answer(self, status: HTTPStatus, page: Page) -> None:
        body = page.body
        compressible = page.content_type.startswith(COMPRESSIBLE) and len(body) >= WORTH_COMPRESSING
        self.send_response(status)
        if compressible:
            self.send_header("Vary", "Accept-Encoding")
        if compressible and "gzip" in self.headers.get("Accept-Encoding", ""):
            body = compressed(page)
            self.send_header("Content-Encoding", "gzip")
        if page.etag:
            self.send_header("ETag", page.etag)
        own = {
            "Content-Type": page.content_type,
            "Content-Length": str(len(body)),
            "Cache-Control": "no-cache",
        }
        for name, value in {**own, **self.site.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # http.server names it so
        """Writes no line: the log leaves out requests for pages."""


class SiteServer(ThreadingHTTPServer):
    """Serves on a socket that listens already."""

    daemon_threads = True

    def __init__(self, listener: socket.socket, handler: type[SiteRequestHandler]) -> None:
        super().__init__(listener.getsockname()[:2], handler, bind_and_activate=False)
        self.socket.close()
        self.socket = listener


def serve(site: Site, s3: Any) -> None:
    """Serves the site in one thread for each loopback address."""
    handler = type("Handler", (SiteRequestHandler,), {"site": site, "bucket": Bucket(s3, site.bucket)})
    for listener in listen(site.port):
        threading.Thread(target=SiteServer(listener, handler).serve_forever).start()


def main() -> None:
    end_with_parent()
    log_as_json()
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    s3 = boto3.client("s3", config=Config(max_pool_connections=50))
    for site in sites(read_settings(os.environ)):
        serve(site, s3)


if __name__ == "__main__":
    main()
