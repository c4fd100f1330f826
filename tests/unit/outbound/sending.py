from typing import Any

from chalicelib.outbound import Attempt, post

SHORT = 0.4  # seconds that stand for the five of production
SLACK = 1.0


def send(url: str, **changes: Any) -> Attempt:
    arguments = {"allow_private": True, "timeout": SHORT} | changes
    return post(url, '{"é":1}', {"Content-Type": "application/json", "webhook-id": "w1"}, **arguments)
