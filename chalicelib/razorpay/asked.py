"""One request as the surface's views see it."""

import re
from dataclasses import dataclass, field
from typing import Self

from chalicelib.api.call import Call
from chalicelib.domain import clock
from chalicelib.domain.lists import EARLIEST, LATEST, ListQuery
from chalicelib.razorpay import decoding
from chalicelib.razorpay.fields import Fields
from chalicelib.services.merchants import credentials

COUNT, MOST = 10, 100
# The surface's bounds of a time, in Unix seconds.
EARLIEST_TIME, LATEST_TIME = 946684800, 4765046400


@dataclass
class Asked:
    """A request. body and query: decoded, from whatever spelling; public_key: of a caller without a secret."""

    call: Call
    body: Fields = field(default_factory=lambda: Fields({}))
    query: Fields = field(default_factory=lambda: Fields({}))
    public_key: str = ""

    @classmethod
    def of(cls, call: Call) -> Self:
        """Wraps a call. Raises Refusal for a query that cannot be read."""
        params = call.raw.query_params
        names = list(params) if params else []
        pairs = [(name, value) for name in names for value in params.getlist(name)]
        return cls(call, query=Fields(decoding.form(pairs)))

    def read_body(self) -> None:
        """Decodes the body. Raises Refusal, or BadRequest for one that is too large."""
        self.body = Fields(decoding.body(self.call.body))

    @property
    def merchant_id(self) -> str:
        return self.call.merchant_id

    @property
    def request_id(self) -> str:
        return self.call.request_id

    @property
    def key(self) -> str:
        """Returns the caller's key id; empty for a dashboard session."""
        return self.call.caller.key

    def expands(self, *names: str) -> bool:
        """Returns whether the caller wants one of these parts shown whole."""
        return bool(set(names) & set(decoding.leaves(self.query.tree.get("expand", []))))

    def identify_by_key_alone(self) -> None:
        """Finds the merchant by the key id: in `key_id`, or as the user name of Basic. Raises AuthenticationFailed."""
        key = self.query.tree.get("key_id") or self.body.tree.get("key_id") or self.call.key_id
        self.public_key = str(key)
        self.call.merchant_id = credentials.merchant_of(self.public_key)

    def list_query(self, owner: str = "", filters: dict[str, str | tuple[str, ...]] | None = None) -> ListQuery:
        """Returns the page that is asked for. owner: see ListQuery; the merchant if empty. Raises Refusal."""
        count = self.query.integer("count", COUNT, least=1, most=MOST)
        skip = self.query.integer("skip", 0, least=0, most=10**9)
        start, end = self._moment("from"), self._moment("to")
        return ListQuery(
            owner or self.merchant_id,
            count,
            skip,
            start=EARLIEST if start is None else clock.iso(start),
            # `to` is included, and our times have fractions of a second.
            end=LATEST if end is None else clock.iso(end + 0.999999),
            filters=filters or {},
        )

    def _moment(self, name: str) -> int | None:
        text = str(self.query.tree.get(name) or "")
        if re.fullmatch(r"[0-9]+\.[0-9]+", text):  # the client for Node divides milliseconds
            self.query.tree[name] = text.partition(".")[0]
        return self.query.optional_integer(name, least=EARLIEST_TIME, most=LATEST_TIME)
