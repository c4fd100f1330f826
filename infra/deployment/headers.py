"""Defines the headers of the pages for all their servers: the local static server, infra/deployment/proxy/ and CloudFront."""

from infra.deployment.publish import Origins, origin


def security_headers(origins: Origins, *, embeddable: bool) -> dict[str, str]:
    """Returns the headers. Any page may frame the checkout and load its SDK; no page may frame the dashboard.

    A page that is isolated from other origins (Cross-Origin-Embedder-Policy) may frame only pages that are, too.
    """
    ancestors = "*" if embeddable else "'none'"
    policy = {
        "default-src": "'self'",
        "script-src": f"'self' {origins.checkout}",
        "connect-src": f"'self' {origin(origins.api)}",
        # A merchant's logo may be anywhere.
        "img-src": "'self' data: https:" if embeddable else "'self' data:",
        "frame-src": f"'self' {origins.checkout}",
        "base-uri": "'none'",
        "form-action": "'self'",
        "object-src": "'none'",
        "frame-ancestors": ancestors,
    }
    common = {
        "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in policy.items()),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "strict-origin-when-cross-origin",
        "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
    }
    if embeddable:
        isolated = {"Cross-Origin-Resource-Policy": "cross-origin", "Cross-Origin-Embedder-Policy": "require-corp"}
        return common | {"Access-Control-Allow-Origin": "*"} | isolated
    return common | {"X-Frame-Options": "DENY", "Cross-Origin-Opener-Policy": "same-origin"}
