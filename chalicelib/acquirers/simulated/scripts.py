"""Reads what the bank does with one payment from a line of text: `challenge, silence 20m, decline INSUFFICIENT_FUNDS`.

The steps stand in any order, each at most once; docs/acquirers.md explains them.
"""

import re
from dataclasses import dataclass

from chalicelib.domain.declines import DECLINES, PAYMENT_FAILED

# Scripts with a name of their own. SIMULATED_BANK names the script of all payments that nothing else decides.
PROFILES = {
    "instant": "",
    "slow": "wait 2s",
    "silent": "silence 1h",
    "flaky": "flaky",
    "late": "decline PAYMENT_TIMED_OUT, then approve after 30s",
    "challenging": "challenge",
    "duplicate": "challenge, duplicate",
}
STEPS = (
    "challenge", "duplicate", "flaky", "wait TIME", "silence TIME", "working TIME", "approve", "decline CODE",
    "then approve after TIME", "refund approve", "refund decline", "refund silence",
)  # fmt: skip
UNITS = {"s": 1, "m": 60, "h": 3600, "d": 24 * 3600}
APPROVE = "approve"
LONGEST = 3 * 24 * 3600  # a payment is given up after a day; money may come later

_TIME = r"(\d{1,5}(?:\.\d{1,3})?)([smhd])"
_SWITCHES = ("challenge", "duplicate", "flaky")
_REFUND = re.compile(r"refund (approve|decline|silence)")
_TIMED = re.compile(rf"(wait|silence|working|then approve after) {_TIME}")
_DECLINE = re.compile(r"decline(?: ([A-Z_]+))?")


@dataclass(frozen=True, slots=True)
class Script:
    """What the bank does with one payment.

    challenge: the payer must act first. duplicate: each notification is sent twice. flaky: a third of the answers is
    lost.
    wait: how long a call takes; silence: how long no answer comes; working: how long there is no outcome. All three are
    seconds from the first request, or from the payer's act if there is a challenge.
    outcome: "approve", a decline code, or "" if the instrument or the settings decide.
    turns_after: seconds after which the decline becomes an approval; None: never.
    refund: "approve", "decline" or "silence" for all refunds of the payment; "" if their amounts decide.
    """

    challenge: bool = False
    duplicate: bool = False
    flaky: bool = False
    wait: float = 0
    silence: float = 0
    working: float = 0
    outcome: str = ""
    turns_after: float | None = None
    refund: str = ""

    def ends_within(self, timeout: float) -> bool:
        """Returns whether all happens in one call of at most `timeout` seconds. Then the bank remembers nothing."""
        steady = not (self.challenge or self.flaky or self.silence or self.working)
        return steady and self.turns_after is None and self.wait < timeout

    def __str__(self) -> str:
        """Returns the text that `parse` reads as this script."""
        ending = self.outcome if self.outcome in {"", APPROVE} else f"decline {self.outcome}"
        steps = (
            "challenge" if self.challenge else "",
            "duplicate" if self.duplicate else "",
            "flaky" if self.flaky else "",
            *(f"{name} {value:.8g}s" for name, value in self._times() if value),
            ending,
            "" if self.turns_after is None else f"then approve after {self.turns_after:.8g}s",
            f"refund {self.refund}" if self.refund else "",
        )
        return ", ".join(step for step in steps if step)

    def _times(self) -> tuple[tuple[str, float], ...]:
        return ("wait", self.wait), ("silence", self.silence), ("working", self.working)


def parse(text: str) -> Script:
    """Reads a script or a profile's name. Raises ValueError that names the wrong step and the legal steps."""
    line = PROFILES.get(text.strip(), text)
    values: dict[str, object] = {}
    for step in (" ".join(part.split()) for part in line.split(",")) if line.strip() else ():
        name, value = _read(step)
        if name in values:
            raise ValueError(f"{step!r} contradicts or repeats a step before it")
        values[name] = value
    script = Script(**values)  # type: ignore[arg-type]  # each step gives its field's type
    if script.turns_after is not None and script.outcome in {"", APPROVE}:
        raise ValueError("'then approve after TIME' needs a 'decline CODE' before it")
    return script


def check(text: str) -> None:
    """Raises ValueError for a wrong script. The text is for the script's author."""
    parse(text)


def _read(step: str) -> tuple[str, object]:
    """Returns the field that a step sets, and the value."""
    if step in _SWITCHES:
        return step, True
    if refund := _REFUND.fullmatch(step):
        return "refund", refund[1]
    if step == APPROVE:
        return "outcome", APPROVE
    if timed := _TIMED.fullmatch(step):
        return timed[1].replace("then approve after", "turns_after"), _seconds(step, timed[2], timed[3])
    if decline := _DECLINE.fullmatch(step):
        return "outcome", _known(decline[1] or PAYMENT_FAILED)
    raise ValueError(
        f"{step!r} is no step of a bank script. The steps are: {'; '.join(STEPS)}; with TIME like 20m (s, m, h, d). "
        f"A whole script may also be one of {', '.join(PROFILES)}."
    )


def _seconds(step: str, number: str, unit: str) -> float:
    seconds = float(number) * UNITS[unit]
    if seconds > LONGEST:
        raise ValueError(f"{step!r} is longer than three days")
    return seconds


def _known(code: str) -> str:
    if code not in DECLINES:
        raise ValueError(f"{code!r} is no decline code. The codes are: {', '.join(DECLINES)}")
    return code
