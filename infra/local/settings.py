"""What `make up` can be told, by the environment or by a .env file beside the Makefile."""

import os
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
USUAL_EMULATOR_PORT = 4566
HOST = "127.0.0.1"
REAL_ACCOUNT = frozenset({"AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN"})


class UsageError(Exception):
    """Something the person who typed the command can change; its text is the whole answer."""


@dataclass(frozen=True, slots=True)
class LocalSettings:
    """emulator_port 0: the usual 4566 when it is free, otherwise any free port. folder: state and logs."""

    port: int
    dashboard_port: int
    checkout_port: int
    emulator_port: int
    folder: Path
    stack_name: str
    cors_origins: tuple[str, ...] = ()

    @property
    def api_origin(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def dashboard_origin(self) -> str:
        return f"http://localhost:{self.dashboard_port}"

    @property
    def checkout_origin(self) -> str:
        return f"http://localhost:{self.checkout_port}"

    @property
    def page_origins(self) -> frozenset[str]:
        """Of the pages that may call the API from a browser: our own, under every name of this machine, and cors_origins."""
        ports = (self.dashboard_port, self.checkout_port)
        own = (f"http://{name}:{port}" for name in ("localhost", HOST, "[::1]") for port in ports)
        return frozenset((*own, *self.cors_origins))

    @property
    def state_folder(self) -> Path:
        """What the embedded AWS saved."""
        return self.folder / "emulator"

    @property
    def worker_lock(self) -> Path:
        return self.folder / "worker.lock"

    @property
    def supervisor_lock(self) -> Path:
        """Held by the supervisor alone: the only sure sign that it lives, process ids being reused and kept by zombies."""
        return self.folder / "supervisor.lock"

    @property
    def run_lock(self) -> Path:
        """Held by the supervisor and, inherited, by every child: free means that the whole run has ended."""
        return self.folder / "run.lock"

    @property
    def run_file(self) -> Path:
        """JSON: the supervisor's process id and where everything listens, for as long as it runs."""
        return self.folder / "run.json"


def read_settings(environ: Mapping[str, str]) -> LocalSettings:
    return LocalSettings(
        port=_port(environ, "PORT", 8000),
        dashboard_port=_port(environ, "DASHBOARD_PORT", 3000),
        checkout_port=_port(environ, "CHECKOUT_PORT", 3001),
        emulator_port=_port(environ, "EMULATOR_PORT", 0),
        folder=(ROOT / (environ.get("LOCAL_FOLDER") or ".local")).resolve(),
        stack_name=environ.get("STACK_NAME") or "gateway-local",
        cors_origins=_origins(environ),
    )


def _origins(environ: Mapping[str, str]) -> tuple[str, ...]:
    """Those of CORS_ORIGINS, and where the checkout is if it is not at its usual place."""
    listed = environ.get("CORS_ORIGINS", "").replace(",", " ").split()
    return (*listed, *filter(None, [environ.get("CHECKOUT_ORIGIN", "").rstrip("/")]))


def _port(environ: Mapping[str, str], name: str, default: int) -> int:
    text = environ.get(name) or str(default)
    if not text.isdecimal() or int(text) > 65535:  # noqa: PLR2004  # the highest port there is
        raise UsageError(f"{name} must be a port number, not {text!r}.")
    return int(text)


def environment(file: Path = ROOT / ".env") -> dict[str, str]:
    """The process's environment over the lines of .env, so that a variable on the command line wins.

    `make down` and `make reset` come by here too, perhaps before anything is installed. Raises UsageError.
    """
    if not file.exists():
        return dict(os.environ)
    try:
        from dotenv import dotenv_values  # noqa: PLC0415
    except ImportError:
        raise UsageError(f"{file.name} cannot be read before `make setup` has installed python-dotenv.") from None
    return {name: value or "" for name, value in dotenv_values(file).items()} | dict(os.environ)


def stay_here(environ: MutableMapping[str, str]) -> None:
    """What a developer's shell says of proxies and accounts is not for programs that talk to this machine only."""
    for name in REAL_ACCOUNT:
        environ.pop(name, None)
    ours = [HOST, "localhost"]
    theirs = environ.get("no_proxy") or environ.get("NO_PROXY") or ""
    environ["no_proxy"] = environ["NO_PROXY"] = ",".join([*filter(None, [theirs]), *ours])


def application_environment(base: Mapping[str, str], settings: LocalSettings, endpoint: str) -> dict[str, str]:
    """What the API, the workers and the page servers run with: the emulator, never a real account."""
    return {name: value for name, value in base.items() if name not in REAL_ACCOUNT} | {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_REGION": "us-east-1",
        "STAGE": "local",
        "STACK_NAME": settings.stack_name,
        "PORT": str(settings.port),
        "DASHBOARD_PORT": str(settings.dashboard_port),
        "CHECKOUT_PORT": str(settings.checkout_port),
        "LOCAL_FOLDER": str(settings.folder),
        "WORKER_LOCK": str(settings.worker_lock),
        "PYTHONUNBUFFERED": "1",
    }
