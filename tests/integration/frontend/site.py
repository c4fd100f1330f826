"""Serves the pages of frontend/ to a browser by route interception, as the publish step lays them out; no server, no network."""

import json
import time
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from infra.deployment.headers import security_headers
from infra.deployment.publish import Origins

FRONTEND = Path(__file__).parents[3] / "frontend"
API, CHECKOUT, DASHBOARD = "http://localhost:8000", "http://localhost:3001", "http://localhost:3000"
TYPES = {
    ".html": "text/html",
    ".css": "text/css",
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".svg": "image/svg+xml",
    ".json": "application/json",
}
REAL = security_headers(Origins(API, CHECKOUT, DASHBOARD), embeddable=True)
HEADERS = {
    CHECKOUT: {name: value for name, value in REAL.items() if name.startswith("Cross-Origin-")},
    DASHBOARD: {"Content-Security-Policy": "frame-ancestors 'none'", "X-Frame-Options": "DENY"},
}


def locate(origin, path):
    """The file a path of one of the two sites stands for, or None."""
    if path == "/config.js":
        return FRONTEND / "shared/config.js"
    if path.startswith("/shared/"):
        return FRONTEND / path[1:]
    extensionless = "." not in path.rsplit("/", 1)[-1]
    if origin == DASHBOARD:
        return FRONTEND / "dashboard" / ("index.html" if extensionless else path[1:])
    name = f"{path[1:]}.html" if extensionless else path[1:]
    return next((file for folder in ("checkout", "sdk") if (file := FRONTEND / folder / name).is_file()), None)


def serve_file(route):
    url = urlsplit(route.request.url)
    origin = f"{url.scheme}://{url.netloc}"
    file = locate(origin, url.path)
    if file is None or not file.is_file():
        return route.fulfill(status=404, body="not found")
    headers = {"Content-Type": TYPES[file.suffix], "Access-Control-Allow-Origin": "*", **HEADERS[origin]}
    return route.fulfill(status=200, headers=headers, body=file.read_bytes())


def serve_api(gateway):
    def handle(route):
        request = route.request
        url = urlsplit(request.url)
        cors = {
            "Access-Control-Allow-Origin": "*",
            "Access-Control-Allow-Headers": "*, Authorization",
            "Access-Control-Allow-Methods": "*",
        }
        if request.method == "OPTIONS":
            return route.fulfill(status=204, headers=cors)
        if gateway.offline:
            return route.abort("connectionrefused")
        if gateway.silent:
            return None
        path = url.path.removeprefix("/api/v1")
        time.sleep(next((seconds for prefix, seconds in gateway.delays.items() if path.startswith(prefix)), 0))
        status, body = gateway.answer(
            request.method, path, dict(parse_qsl(url.query)), request.headers, request.post_data
        )
        if gateway.loses_answers:
            return None
        headers = {**cors, **gateway.headers, "Content-Type": "application/json"}
        text = "" if status == 204 else json.dumps(body)
        return route.fulfill(status=status, headers=headers, body=text[:1] if gateway.cuts_answers else text)

    return handle


def route(context, gateway):
    """Both sites and the API, for all pages of this browser context."""
    context.route(f"{API}/**", serve_api(gateway))
    for origin in (CHECKOUT, DASHBOARD):
        context.route(f"{origin}/**", serve_file)
