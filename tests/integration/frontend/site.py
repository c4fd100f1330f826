"""Serves the pages of frontend/ to a browser by route interception, as the publish step lays them out; no server, no network."""

import json
import time
from functools import cache
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from infra.deployment.headers import security_headers
from infra.deployment.publish import Origins, content_type, objects

FRONTEND = Path(__file__).parents[3] / "frontend"
API, CHECKOUT, DASHBOARD = "http://localhost:8000", "http://localhost:3001", "http://localhost:3000"
REAL = security_headers(Origins(API, CHECKOUT, DASHBOARD), embeddable=True)
HEADERS = {
    CHECKOUT: {name: value for name, value in REAL.items() if name.startswith("Cross-Origin-")},
    DASHBOARD: {"Content-Security-Policy": "frame-ancestors 'none'", "X-Frame-Options": "DENY"},
}


BUCKETS = {CHECKOUT: "checkout", DASHBOARD: "dashboard"}


@cache
def published(origin, *, demo):
    """What the publish step writes, by key. demo: whether the stage is one for tests."""
    return objects(BUCKETS[origin], Origins(API, CHECKOUT, DASHBOARD), demo=demo)


def locate(origin, path):
    """The key that a path of one of the two sites stands for."""
    if "." in path.rsplit("/", 1)[-1]:
        return path[1:]
    return "index.html" if origin == DASHBOARD else f"{path[1:]}.html"


def serve_files(*, demo):
    def handle(route):
        url = urlsplit(route.request.url)
        origin = f"{url.scheme}://{url.netloc}"
        key = locate(origin, url.path)
        body = published(origin, demo=demo).get(key)
        if body is None:
            return route.fulfill(status=404, body="not found")
        headers = {"Content-Type": content_type(key), "Access-Control-Allow-Origin": "*", **HEADERS[origin]}
        return route.fulfill(status=200, headers=headers, body=body)

    return handle


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


def route_pages(context, *, demo=True):
    """Both sites of a stage. The last call counts."""
    for origin in BUCKETS:
        context.route(f"{origin}/**", serve_files(demo=demo))


def route(context, gateway):
    """Both sites and the API, for all pages of this browser context."""
    context.route(f"{API}/**", serve_api(gateway))
    route_pages(context)
