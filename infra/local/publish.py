"""Puts frontend/ into the two buckets, with the configuration that tells the pages where everything is."""

import json
import mimetypes
from pathlib import Path
from typing import Any

from infra.local.settings import ROOT

FRONTEND = ROOT / "frontend"
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


def configuration(api: str, checkout: str, dashboard: str) -> dict[str, bytes]:
    """The generated objects. The arguments are origins, without a slash at the end."""
    values = json.dumps({"apiUrl": api, "checkoutUrl": checkout, "dashboardUrl": dashboard}, indent=2)
    return {
        "config.js": f"export const config = {values};\n".encode(),
        "config.json": values.encode(),
    }


def objects(bucket: str, frontend: Path = FRONTEND) -> dict[str, bytes]:
    """Key to content of every file that belongs into this bucket."""
    return {
        prefix + file.relative_to(frontend / folder).as_posix(): file.read_bytes()
        for folder, prefix in LAYOUT[bucket].items()
        for file in sorted((frontend / folder).rglob("*"))
        if file.is_file() and not file.name.startswith(".")
    }


def publish(s3: Any, bucket_names: dict[str, str], generated: dict[str, bytes]) -> int:
    """bucket_names: "dashboard" and "checkout" to the real names. Returns how many objects were written or removed."""
    return sum(_publish_one(s3, name, objects(bucket) | generated) for bucket, name in bucket_names.items())


def _publish_one(s3: Any, bucket: str, wanted: dict[str, bytes]) -> int:
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket)
    present = {item["Key"] for page in pages for item in page.get("Contents", [])}
    for key, body in wanted.items():
        s3.put_object(Bucket=bucket, Key=key, Body=body, ContentType=content_type(key), CacheControl="no-cache")
    for key in present - wanted.keys():
        s3.delete_object(Bucket=bucket, Key=key)
    return len(wanted) + len(present - wanted.keys())
