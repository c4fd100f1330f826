"""Puts frontend/ into the two buckets, with the configuration that tells the pages where everything is."""

import json
import mimetypes
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any

FRONTEND = Path(__file__).parent.parent / "frontend"
# Which folders of frontend/ make up which bucket, and under which prefix.
LAYOUT = {
    "dashboard": {"dashboard": "", "shared": "shared/"},
    "checkout": {"checkout": "", "sdk": "", "shared": "shared/"},
}
CONTENT_TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
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
    """Where this stage is, each without a slash at the end. The defaults are what the pages in frontend/ are written for."""

    api: str = "http://localhost:8000"
    checkout: str = "http://localhost:3001"
    dashboard: str = "http://localhost:3000"


def _configuration(origins: Origins) -> dict[str, bytes]:
    """The generated objects, by which a page's script finds the API."""
    urls = {"apiUrl": origins.api, "checkoutUrl": origins.checkout, "dashboardUrl": origins.dashboard}
    values = json.dumps(urls, indent=2)
    return {"config.js": f"export const config = {values};\n".encode(), "config.json": values.encode()}


def _placed(name: str, content: bytes, origins: Origins) -> bytes:
    """A page names the API in its Content-Security-Policy, so it has to be told where that is."""
    if not name.endswith(".html"):
        return content
    text, written_for = content.decode(), Origins()
    for default, real in zip(astuple(written_for), astuple(origins), strict=True):
        text = text.replace(default, real)
    return text.encode()


def objects(bucket: str, origins: Origins, frontend: Path = FRONTEND) -> dict[str, bytes]:
    """Key to content of everything that belongs into this bucket."""
    files = {
        prefix + file.relative_to(frontend / folder).as_posix(): _placed(file.name, file.read_bytes(), origins)
        for folder, prefix in LAYOUT[bucket].items()
        for file in sorted((frontend / folder).rglob("*"))
        if file.is_file() and not file.name.startswith(".")
    }
    return files | _configuration(origins)


def publish(s3: Any, bucket_names: dict[str, str], origins: Origins) -> int:
    """bucket_names: "dashboard" and "checkout" to the real names. Returns how many objects were written or removed."""
    return sum(_publish_one(s3, name, objects(bucket, origins)) for bucket, name in bucket_names.items())


def _publish_one(s3: Any, bucket: str, wanted: dict[str, bytes]) -> int:
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket)
    present = {item["Key"] for page in pages for item in page.get("Contents", [])}
    for key, body in wanted.items():
        s3.put_object(Bucket=bucket, Key=key, Body=body, ContentType=content_type(key), CacheControl="no-cache")
    for key in present - wanted.keys():
        s3.delete_object(Bucket=bucket, Key=key)
    return len(wanted) + len(present - wanted.keys())
