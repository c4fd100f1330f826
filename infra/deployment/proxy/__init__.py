"""Holds the proxy of docker-compose.yml: nginx's configuration, and the part of it that only a deployment knows."""

from collections.abc import Collection
from urllib.parse import urlsplit

from infra.deployment.publish import Origins, origin

# The same names as in infra/local/loopback.py, for the same reason.
THIS_MACHINE = ("localhost", "~\\.localhost$", "127.0.0.1", "[::1]", "host.docker.internal", "host.containers.internal")


def targets(endpoint: str, api_path: str, buckets: dict[str, str], origins: Origins) -> str:
    """Returns targets.conf. api_path: the path of the deployed API's stage, with the id that API Gateway made up."""
    values = {
        "api": api_path,
        "dashboard_bucket": buckets["dashboard"],
        "checkout_bucket": buckets["checkout"],
        "api_origin": origin(origins.api),
        "checkout_origin": origin(origins.checkout),
    }
    maps = "".join(f'map "" ${name} {{ default "{value}"; }}\n' for name, value in values.items())
    pages = [origin(origins.dashboard), origin(origins.checkout)]
    own = {"", *pages, *(page.replace("//localhost", "//127.0.0.1") for page in pages)}
    guards = _map("$http_origin", "stranger", own)
    guards += _map("$host", "elsewhere", {*THIS_MACHINE, urlsplit(origins.api).hostname or ""})
    return f"upstream emulator {{ server {urlsplit(endpoint).netloc}; keepalive 32; }}\n{maps}{guards}"


def _map(source: str, name: str, allowed: Collection[str]) -> str:
    """Returns an nginx map for a variable that is 1 unless the source is one of the allowed values."""
    values = " ".join(f'"{each}" 0;' for each in sorted(allowed))
    return f"map {source} ${name} {{ default 1; {values} }}\n"
