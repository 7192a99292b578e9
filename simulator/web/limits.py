"""How often one client may ask: token buckets, so that one page cannot keep the server from the others."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

from simulator.runs.pacing import Clock
from simulator.web.refusals import TooManyRequests

_MOST_BUCKETS: Final = 4096


@dataclass(frozen=True)
class Allowance:
    """So many requests at once, and so many a second after that."""

    burst: float
    per_second: float


# Of one socket: edits, controls, joins and the rest together. A slider sends up to 7 edits a second.
SOCKET: Final = Allowance(burst=60, per_second=20)
# Of one address: creating, deleting and exporting. A hundred pages may open at once from one machine.
HTTP: Final = Allowance(burst=300, per_second=30)


class Bucket:
    """The allowance of one client."""

    def __init__(self, allowance: Allowance, now: float) -> None:
        self._allowance = allowance
        self._tokens = allowance.burst
        self._filled = now
        self.refused = 0

    def take(self, now: float, cost: float = 1.0) -> bool:
        """Use up a request; False when there is none left."""
        filled = self._tokens + (now - self._filled) * self._allowance.per_second
        self._tokens, self._filled = min(self._allowance.burst, filled), now
        if self._tokens < cost:
            self.refused += 1
            return False
        self._tokens -= cost
        return True


class Buckets:
    """One bucket per client; the least recently seen are forgotten."""

    def __init__(self, allowance: Allowance, clock: Clock) -> None:
        self._allowance = allowance
        self._clock = clock
        self._buckets: OrderedDict[str, Bucket] = OrderedDict()

    def take(self, client: str, cost: float = 1.0) -> None:
        """Use up a request of this client. TooManyRequests."""
        now = self._clock.seconds()
        bucket = self._buckets.pop(client, None) or Bucket(self._allowance, now)
        self._buckets[client] = bucket
        if len(self._buckets) > _MOST_BUCKETS:
            self._buckets.popitem(last=False)
        if not bucket.take(now, cost):
            raise TooManyRequests("too many requests; wait a second")
