"""What a row of the contract says."""

from dataclasses import dataclass, field

# Nothing listens there: a delivery to it fails at once and is tried again later.
NOWHERE = "http://127.0.0.1:9/hook"


@dataclass
class Row:
    """path and body may name objects of the world in braces; says: fields of the answer with their values."""

    request: str
    answer: type
    body: dict | None = None
    status: int = 200
    public: bool = False
    says: dict = field(default_factory=dict)
