"""Defines the settings of `make up`, from the environment or from the settings file."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from infra.environment import FOLDER, HOST, REAL_ACCOUNT
from infra.usage import UsageError

USUAL_EMULATOR_PORT = 4566


@dataclass(frozen=True, slots=True)
class LocalSettings:
    """Holds the settings. emulator_port 0: the usual 4566 when it is free, otherwise any free port.

    folder: state and logs.
    """

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
        """Returns the origins that may call the API from a browser.

        These are our own pages, under every name of this machine, and cors_origins.
        """
        ports = (self.dashboard_port, self.checkout_port)
        own = (f"http://{name}:{port}" for name in ("localhost", HOST, "[::1]") for port in ports)
        return frozenset((*own, *self.cors_origins))

    @property
    def state_folder(self) -> Path:
        """Returns the folder with the saved state of the embedded AWS."""
        return self.folder / "emulator"

    @property
    def worker_lock(self) -> Path:
        return self.folder / "worker.lock"

    @property
    def supervisor_lock(self) -> Path:
        """Returns the lock that only the supervisor holds.

        The lock is the only sure sign of life: process ids are reused, and zombies keep them.
        """
        return self.folder / "supervisor.lock"

    @property
    def run_lock(self) -> Path:
        """Returns the lock that the supervisor and every child hold. A free lock means that the whole run has ended."""
        return self.folder / "run.lock"

    @property
    def run_file(self) -> Path:
        """Returns the run's JSON file: the supervisor's process id and all addresses. It exists while the run does."""
        return self.folder / "run.json"


def read_settings(environ: Mapping[str, str]) -> LocalSettings:
    return LocalSettings(
        port=_port(environ, "PORT", 8000),
        dashboard_port=_port(environ, "DASHBOARD_PORT", 3000),
        checkout_port=_port(environ, "CHECKOUT_PORT", 3001),
        emulator_port=_port(environ, "EMULATOR_PORT", 0),
        folder=(FOLDER / (environ.get("LOCAL_FOLDER") or ".local")).resolve(),
        stack_name=environ.get("STACK_NAME") or "gateway-local",
        cors_origins=_origins(environ),
    )


def _origins(environ: Mapping[str, str]) -> tuple[str, ...]:
    """Returns the origins of CORS_ORIGINS, and the checkout's origin if it is not the usual one."""
    listed = environ.get("CORS_ORIGINS", "").replace(",", " ").split()
    return (*listed, *filter(None, [environ.get("CHECKOUT_ORIGIN", "").rstrip("/")]))


def _port(environ: Mapping[str, str], name: str, default: int) -> int:
    text = environ.get(name) or str(default)
    if not text.isdecimal() or int(text) > 65535:  # noqa: PLR2004  # the highest port
        raise UsageError(f"{name} must be a port number, not {text!r}.")
    return int(text)


def application_environment(base: Mapping[str, str], settings: LocalSettings, endpoint: str) -> dict[str, str]:
    """Returns the environment of the API, the workers and the page servers: the emulator, never a real account."""
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
