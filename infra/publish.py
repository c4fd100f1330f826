"""Puts frontend/ into the two buckets, with the configuration that tells the pages where everything is."""

import hashlib
import json
import mimetypes
import re
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

FRONTEND = Path(__file__).parent.parent / "frontend"
# Which folders of frontend/ make up which bucket, and under which prefix.
LAYOUT = {
    "dashboard": {"dashboard": "", "shared": "shared/"},
    "checkout": {"checkout": "", "sdk": "", "shared": "shared/"},
}
# Of the checkout bucket, on test stages only: the shop asks its visitor for an API secret.
DEMO = ("demo.html", "shop/")
CONTENT_TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".mts": "text/plain; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".ico": "image/x-icon",
    ".woff2": "font/woff2",
    ".webmanifest": "application/manifest+json",
}


def content_type(name: str) -> str:
    return CONTENT_TYPES.get(Path(name).suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Origins:
    """Where this stage is: URLs without a slash at the end, the API's perhaps with a path.

    The defaults are what the pages in frontend/ are written for.
    """

    api: str = "http://localhost:8000"
    checkout: str = "http://localhost:3001"
    dashboard: str = "http://localhost:3000"


def _configuration(origins: Origins, *, demo: bool) -> bytes:
    """By which a page's script finds the API, and knows whether there is a demo shop."""
    urls = {"apiUrl": origins.api, "checkoutUrl": origins.checkout, "dashboardUrl": origins.dashboard}
    return f"export const config = {json.dumps({**urls, 'demo': demo}, indent=2)};\n".encode()


def _placed(name: str, content: bytes, origins: Origins) -> bytes:
    """A page names the API in its Content-Security-Policy, so it has to be told where that is."""
    if not name.endswith(".html"):
        return content
    real = dict(zip(astuple(Origins()), map(origin, astuple(origins)), strict=True))
    # All in one go, since one part may stand where another has its default.
    written = re.compile(f"({'|'.join(map(re.escape, real))})(?!\\d)")
    return written.sub(lambda found: real[found[1]], content.decode()).encode()


def origin(url: str) -> str:
    """Without the path: API Gateway's URL has one, and in a Content-Security-Policy that would mean this very path only."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def objects(bucket: str, origins: Origins, frontend: Path = FRONTEND, *, demo: bool = False) -> dict[str, bytes]:
    """Key to content of everything that belongs into this bucket."""
    files = {
        prefix + file.relative_to(frontend / folder).as_posix(): _placed(file.name, file.read_bytes(), origins)
        for folder, prefix in LAYOUT[bucket].items()
        for file in sorted((frontend / folder).rglob("*"))
        if file.is_file() and not file.name.startswith(".")
    }
    published = {key: body for key, body in files.items() if demo or not key.startswith(DEMO)}
    return published | {"config.js": _configuration(origins, demo=demo)}


def publish(
    s3: Any, bucket_names: dict[str, str], origins: Origins, *, website: bool = False, demo: bool = False
) -> int:
    """bucket_names: "dashboard" and "checkout" to the real names. Returns how many objects were written or removed.

    website: the bucket itself answers browsers and knows no rule that /checkout is checkout.html, so it gets both.
    """
    wanted = {name: objects(bucket, origins, demo=demo) for bucket, name in bucket_names.items()}
    return sum(_publish_one(s3, name, _with_bare_names(w) if website else w) for name, w in wanted.items())


def _with_bare_names(pages: dict[str, bytes]) -> dict[str, bytes]:
    return pages | {key.removesuffix(".html"): body for key, body in pages.items() if key.endswith(".html")}


def _publish_one(s3: Any, bucket: str, wanted: dict[str, bytes]) -> int:
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket)
    present = {item["Key"]: item["ETag"].strip('"') for page in pages for item in page.get("Contents", [])}
    changed = {key: body for key, body in wanted.items() if present.get(key) != _etag(body)}
    for key, body in changed.items():
        kind = content_type(key if Path(key).suffix else f"{key}.html")
        s3.put_object(Bucket=bucket, Key=key, Body=body, ContentType=kind, CacheControl="no-cache")
    for key in present.keys() - wanted.keys():
        s3.delete_object(Bucket=bucket, Key=key)
    return len(changed) + len(present.keys() - wanted.keys())


def _etag(body: bytes) -> str:
    """S3's name for the content of an object that was put in one piece."""
    return hashlib.md5(body, usedforsecurity=False).hexdigest()
