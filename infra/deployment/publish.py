"""Puts frontend/ into the two buckets, with the configuration that tells the pages the addresses of all parts."""

import hashlib
import json
import mimetypes
import re
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from infra.deployment.join import Start, joined
from infra.environment import ROOT

FRONTEND = ROOT / "frontend"
# The folders of frontend/ that make up each bucket, and their prefixes in it.
LAYOUT = {
    "dashboard": {"dashboard": "", "shared": "shared/"},
    "checkout": {"checkout": "", "sdk": "", "razorpay": "v1/", "shared": "shared/"},
}
# Only test stages publish this part of each bucket: the demo shop, the test bank and the test instruments of the
# checkout, and the sandbox of the dashboard.
DEMO = {
    "checkout": ("demo.html", "shop/", "bank.html", "bank/", "page/testing.js"),
    "dashboard": ("app/sandbox/",),
}
# What a page loads at its start is one script and one style sheet.
STARTS = {
    "checkout": Start("page/", ("checkout.html", "success.html"), ("page/main.js", "page/success.js")),
    "dashboard": Start(
        "app/",
        ("index.html",),
        ("app/main.js",),
        also=("app/ui/dialog.js", "app/ui/export.js", "app/ui/filters.js", "app/ui/table.js", "app/ui/values.js"),
    ),
}
# A comment of the scripts' documentation, or of a style sheet, that has its lines for itself.
COMMENT = re.compile(rb"^[ \t]*/\*(?:[^*]|\*(?!/))*\*/[ \t]*$", re.MULTILINE)
# The script in the place of Razorpay's checkout.js.
REPLACEMENT = "v1/checkout.js"
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
    """Names the stage's addresses: URLs without a slash at the end. The API's URL may have a path.

    The defaults are the addresses that the pages in frontend/ contain.
    """

    api: str = "http://localhost:8000"
    checkout: str = "http://localhost:3001"
    dashboard: str = "http://localhost:3000"


def _configuration(origins: Origins, *, demo: bool) -> bytes:
    """Returns the script by which a page finds the API, and learns whether there is a demo shop."""
    urls = {"apiUrl": origins.api, "checkoutUrl": origins.checkout, "dashboardUrl": origins.dashboard}
    return f"export const config = {json.dumps({**urls, 'demo': demo}, indent=2)};\n".encode()


def _placed(key: str, content: bytes, origins: Origins) -> bytes:
    """Writes the stage's addresses into a page's Content-Security-Policy, and into the script that replaces another's.

    That script may be loaded from an address that is not ours (a test reroutes it), so it cannot ask where it is from.
    JSON loses its white space. Scripts and style sheets lose their comments and keep their lines, so that the line that
    an error names is the line in the repository.
    """
    if key.endswith(".json"):
        return json.dumps(json.loads(content), ensure_ascii=False, separators=(",", ":")).encode()
    if key.endswith((".js", ".mjs", ".css")):
        content = COMMENT.sub(lambda found: b"\n" * found[0].count(b"\n"), content)
    if not key.endswith(".html") and key != REPLACEMENT:
        return content
    real = dict(zip(astuple(Origins()), map(origin, astuple(origins)), strict=True))
    # One pass replaces all addresses, because one part may stand at another part's default address.
    written = re.compile(f"({'|'.join(map(re.escape, real))})(?!\\d)")
    return written.sub(lambda found: real[found[1]], content.decode()).encode()


def origin(url: str) -> str:
    """Returns the URL without its path. A Content-Security-Policy would allow only the path of API Gateway's URL."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def objects(bucket: str, origins: Origins, frontend: Path = FRONTEND, *, demo: bool = False) -> dict[str, bytes]:
    """Returns key -> content of every object that belongs in this bucket."""
    files = {
        prefix + file.relative_to(frontend / folder).as_posix(): file.read_bytes()
        for folder, prefix in LAYOUT[bucket].items()
        for file in sorted((frontend / folder).rglob("*"))
        if file.is_file() and not file.name.startswith(".")
    }
    published = {
        key: _placed(key, body, origins) for key, body in files.items() if demo or not key.startswith(DEMO[bucket])
    }
    configuration = {"config.js": _configuration(origins, demo=demo)}
    return joined(published | configuration, STARTS[bucket]) | configuration


def publish(
    s3: Any, bucket_names: dict[str, str], origins: Origins, *, website: bool = False, demo: bool = False
) -> int:
    """Writes and removes objects. Returns their number. bucket_names: "dashboard" and "checkout" to the real names.

    website: the bucket itself answers browsers and cannot map /checkout to checkout.html, so it gets both keys.
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
    """Returns the name that S3 gives to the content of an object that was uploaded in one part."""
    return hashlib.md5(body, usedforsecurity=False).hexdigest()
