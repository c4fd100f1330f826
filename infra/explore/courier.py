"""Delivers one sequence to the developer's receiver and asks for the state in which it ends."""

import shlex
import socket
import ssl
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

from infra.explore.recording import Recording, Run
from infra.explore.sequences import Kind, Move, Moves
from infra.usage import UsageError

# Seconds that the gateway gives a receiver.
TIMEOUT = 5
COMMAND_SECONDS = 30
# Tries of a webhook that the receiver refuses, as the gateway makes.
TRIES = 5
OK = range(200, 300)
NOBODY = "Nothing listens at {}. Start your receiver, or name its address by --url."


@dataclass(frozen=True, slots=True)
class Target:
    """The developer's side. check prints the receiver's state; reset clears it; answer tells it the API's answer.

    All three are commands, or URLs to GET, in which {order_id} and the like stand for the run's ids.
    secret: the receiver's webhook secret. keep_ids: for a receiver that asks the API, which knows only the recorded ids.
    """

    url: str
    check: str
    secret: str
    reset: str = ""
    answer: str = ""
    keep_ids: bool = False


def state_after(target: Target, recording: Recording, moves: Moves) -> str:
    """Returns what the check prints after these moves, with the recorded ids. Raises UsageError if it cannot be asked."""
    run = Run(recording, target.secret, target.keep_ids)
    names = run.names()
    if target.reset:
        command(target.reset, names)
    for move in moves:
        _make(target, run, move, names)
    return run.neutral(command(target.check, names)).strip()


def _make(target: Target, run: Run, move: Move, names: Mapping[str, str]) -> None:
    if move.kind is Kind.ANSWER:
        command(target.answer, names)
    elif move.kind is Kind.LOSE:
        _lose(target.url, run, move.event)
    else:
        _deliver(target.url, run, move.event)


def command(text: str, names: Mapping[str, str]) -> str:
    """Runs a developer's command without a shell, or GETs a URL. Returns the output. Raises UsageError if it fails."""
    if text.startswith(("http://", "https://")):
        return _get(_filled(text, names))
    words = [_filled(word, names) for word in shlex.split(text)]
    try:
        done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=COMMAND_SECONDS)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise UsageError(f"{' '.join(words)} did not run: {error}") from None
    if done.returncode:
        raise UsageError(
            f"{' '.join(words)} ended with {done.returncode}: {done.stderr.strip() or done.stdout.strip()}"
        )
    return done.stdout


def _get(url: str) -> str:
    connection = _connection(url)
    try:
        connection.request("GET", _path(url))
        answer = connection.getresponse()
        shown = answer.read().decode(errors="replace")
    except (OSError, HTTPException) as error:
        raise UsageError(f"{url} did not answer: {error}") from None
    finally:
        connection.close()
    if answer.status not in OK:
        raise UsageError(f"{url} answered {answer.status}: {shown}")
    return shown


def _filled(word: str, names: Mapping[str, str]) -> str:
    for name, value in names.items():
        word = word.replace(f"{{{name}}}", value)
    return word


def _connection(url: str) -> HTTPConnection:
    parts = urlsplit(url)
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    return kind(parts.hostname or "localhost", parts.port, timeout=TIMEOUT)


def _path(url: str) -> str:
    parts = urlsplit(url)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _deliver(url: str, run: Run, event: int) -> None:
    """Posts until the receiver takes the webhook, as the gateway does. After the last try it counts as failed."""
    for _ in range(TRIES):
        connection = _connection(url)
        try:
            connection.request("POST", _path(url), run.body(event).encode(), run.headers(event))
            if connection.getresponse().status in OK:
                return
        except ConnectionRefusedError:
            raise UsageError(NOBODY.format(url)) from None
        except (OSError, HTTPException):
            continue
        finally:
            connection.close()


def _lose(url: str, run: Run, event: int) -> None:
    """Ends the connection in the middle of the body."""
    body, connection = run.body(event).encode(), _connection(url)
    try:
        connection.putrequest("POST", _path(url))
        for name, value in {**run.headers(event), "Content-Length": str(len(body))}.items():
            connection.putheader(name, value)
        connection.endheaders(body[: len(body) // 2])
        if isinstance(connection.sock, socket.socket) and not isinstance(connection.sock, ssl.SSLSocket):
            connection.sock.shutdown(socket.SHUT_WR)
            connection.sock.recv(1)
    except ConnectionRefusedError:
        raise UsageError(NOBODY.format(url)) from None
    except OSError:
        pass
    finally:
        connection.close()
