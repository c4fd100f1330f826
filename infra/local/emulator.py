"""Runs the embedded AWS: MiniStack as a child process, on loopback, with its state in the gateway's folder.

`python -m infra.local.emulator` is the child. It differs from `python -m ministack`: it ends when the supervisor is
gone; it keeps what it answered even when it is killed, and its DynamoDB keeps partitions sorted (infra/local/engine);
its SQS long polling hands a message over at once; uvicorn serves it, with a short way for the gateway's own processes;
it refuses requests of web pages; and it has only the services that the gateway uses (above all no Lambda, which would
run any code).
"""

import os
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from infra.environment import HOST
from infra.local.engine import keeper, patches, polls
from infra.local.lifeline import end_with_parent
from infra.local.loopback import names_loopback

SERVICES = "cloudformation,dynamodb,kms,s3,sqs"
# Seconds that an idle connection stays open. Clients keep connections in a pool and must not find them closed.
KEPT_SECONDS = 75
POLL_SECONDS = 2  # seconds that a long poll may still take when the end has come


def endpoint(port: int) -> str:
    return f"http://{HOST}:{port}"


def emulator_environment(base: Mapping[str, str], port: int, folder: Path) -> dict[str, str]:
    return dict(base) | {
        "GATEWAY_PORT": str(port),
        "BIND_HOST": HOST,
        "SERVICES": SERVICES,
        "PERSIST_STATE": "1",
        "STATE_DIR": str(folder),
        "S3_PERSIST": "0",  # every start publishes the pages again
        "S3_DATA_DIR": str(folder / "s3"),
        "TMPDIR": str(folder),
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "DOCKER_HOST": "unix:///nonexistent",  # MiniStack would look for its own leftover containers
        "LOG_LEVEL": "WARNING",
        "MINISTACK_REGION": "us-east-1",
        "PYTHONUNBUFFERED": "1",
    }


def wait_until_ready(port: int, seconds: float = 20) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"{endpoint(port)}/_ministack/ready", timeout=2):  # noqa: S310  # our own child
                return True
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
    return False


def for_programs_only(app: Any) -> Any:
    """Returns the ASGI application behind a guard. The emulator asks for no credentials, so no web page may reach it.

    A browser names the page's origin in a request that could change something, and the kind of every request
    (Sec-Fetch-*). The Host header shows a page whose own domain name leads to this machine. Programs send neither.
    """

    async def guarded(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan" or _is_of_a_program(scope["headers"]):
            await app(scope, receive, send)
            return
        await send({"type": "http.response.start", "status": 403, "headers": [(b"content-type", b"text/plain")]})
        await send({"type": "http.response.body", "body": b"The embedded AWS answers programs on this machine only.\n"})

    return guarded


def _is_of_a_program(headers: list[tuple[bytes, bytes]]) -> bool:
    hosts = [value.decode("latin-1") for name, value in headers if name == b"host"]
    from_browser = any(name == b"origin" or name.startswith(b"sec-fetch-") for name, _ in headers)
    return not from_browser and all(map(names_loopback, hosts))


def main() -> None:
    end_with_parent()
    import uvicorn  # noqa: PLC0415  # only the child needs it
    from ministack import app  # noqa: PLC0415  # reads its environment when imported
    from ministack.core import persistence  # noqa: PLC0415
    from ministack.services import cloudformation, dynamodb, kms, sqs  # noqa: PLC0415

    from infra.local.engine import short  # noqa: PLC0415  # needs uvicorn

    polls.hand_over_at_once(sqs)
    patches.install(dynamodb)
    if persistence.PERSIST_STATE:
        parts = keeper.Parts(app, persistence, dynamodb, sqs, kms, cloudformation)
        keeper.install(parts, Path(persistence.STATE_DIR))
    # MiniStack's own server is all Python and takes half of the time of a call. uvicorn's parser and loop are in C.
    uvicorn.run(
        for_programs_only(app.app),
        host=HOST,
        port=int(os.environ["GATEWAY_PORT"]),
        http=short.protocol(dynamodb, sqs),
        loop="uvloop",
        ws="none",
        proxy_headers=False,
        lifespan="on",  # the emulator loads its state at the lifespan's start and saves it at the end
        access_log=False,
        log_level="warning",
        server_header=False,
        date_header=False,
        timeout_keep_alive=KEPT_SECONDS,
        timeout_graceful_shutdown=POLL_SECONDS,
    )


if __name__ == "__main__":
    main()
