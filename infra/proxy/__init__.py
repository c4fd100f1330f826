"""The proxy of docker-compose.yml: nginx's configuration, and the part of it that only a deployment knows."""

from urllib.parse import urlsplit

from infra.publish import Origins, origin


def targets(endpoint: str, api_path: str, buckets: dict[str, str], origins: Origins) -> str:
    """targets.conf. api_path: of the deployed API's stage; API Gateway gives every API an id of its own making."""
    values = {
        "api": api_path,
        "dashboard_bucket": buckets["dashboard"],
        "checkout_bucket": buckets["checkout"],
        "api_origin": origin(origins.api),
        "checkout_origin": origin(origins.checkout),
    }
    maps = "".join(f'map "" ${name} {{ default "{value}"; }}\n' for name, value in values.items())
    return f"upstream emulator {{ server {urlsplit(endpoint).netloc}; keepalive 32; }}\n{maps}"
