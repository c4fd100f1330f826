"""Turns the webhooks of one run into those of another: new ids, signed anew, everything else as the gateway wrote it."""

import json
import re
import secrets
import string
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from chalicelib.domain import webhooks

# The ids that the gateway makes, and the kinds that a check may name as {order_id}, {payment_id}, …
ID = re.compile(r"\b(order|pay|rfnd|disp|setl|evt)_[A-Za-z0-9]{8,32}\b")
KINDS = {"order": "order_id", "pay": "payment_id", "rfnd": "refund_id", "disp": "dispute_id", "setl": "settlement_id"}
_LETTERS = string.ascii_letters + string.digits


@dataclass(frozen=True, slots=True)
class Recording:
    """One run of a flow. bodies: of its webhooks in the order of the events."""

    flow: str
    bodies: Sequence[str]

    @property
    def names(self) -> list[str]:
        return [str(json.loads(body)["event"]) for body in self.bodies]

    def as_json(self) -> dict[str, Any]:
        return {"flow": self.flow, "bodies": list(self.bodies)}


@dataclass
class Run:
    """The recording under other ids, so that a receiver sees a run that it has never seen.

    secret: of the receiver, which verifies the signatures with it.
    """

    recording: Recording
    secret: str
    keep_ids: bool = False
    ids: dict[str, str] = field(default_factory=dict)
    webhook_ids: dict[int, str] = field(default_factory=dict)

    def body(self, event: int) -> str:
        return ID.sub(lambda found: self._new(found[0]), self.recording.bodies[event])

    def _new(self, old: str) -> str:
        """Returns the new id of an old one, of the same kind and length."""
        if old not in self.ids:
            prefix, _, rest = old.partition("_")
            fresh = "".join(secrets.choice(_LETTERS) for _ in rest)
            self.ids[old] = old if self.keep_ids else f"{prefix}_{fresh}"
        return self.ids[old]

    def headers(self, event: int) -> dict[str, str]:
        """Returns the headers of one attempt. Every attempt of an event has the same webhook-id."""
        body, now = self.body(event), int(time.time())
        message_id = self.webhook_ids.setdefault(event, str(uuid4()))
        made = webhooks.headers(message_id, now, body, [self.secret])
        return {**made, "X-Event-Id": str(json.loads(body).get("id", message_id))}

    def names(self) -> Mapping[str, str]:
        """Returns the values of {order_id} and the like: the first id of each kind in the flow."""
        for event in range(len(self.recording.bodies)):
            self.body(event)
        first: dict[str, str] = {}
        for old, new in self.ids.items():
            kind = KINDS.get(old.partition("_")[0])
            if kind:
                first.setdefault(kind, new)
        return first

    def neutral(self, text: str) -> str:
        """Returns a receiver's text with this run's ids replaced by the recording's, so that two runs can be compared."""
        back = {new: old for old, new in self.ids.items()} | {
            new: f"webhook {event}" for event, new in self.webhook_ids.items()
        }
        for new, old in back.items():
            text = text.replace(new, old)
        return text
