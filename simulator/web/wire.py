"""JSON as the wire carries it: null for what is not a number, NumPy's numbers as plain ones, no spaces.

Messages to a room are encoded once, in the native thread of the turn, into the Engine.IO packet that every
viewer's queue then shares.
"""

from __future__ import annotations

import json
import math
from typing import Any

from engineio.packet import MESSAGE, Packet
from socketio.packet import BINARY_ACK, BINARY_EVENT
from socketio.packet import Packet as SocketPacket


def dumps(value: Any, **_options: Any) -> str:
    """JSON text."""
    try:
        return json.dumps(value, separators=(",", ":"), allow_nan=False, default=_plain)
    except ValueError:
        return json.dumps(_without_nan(value), separators=(",", ":"), allow_nan=False, default=_plain)


def loads(text: str | bytes) -> Any:
    """What JSON text says."""
    return json.loads(text)


def event_packet(event: str, payload: Any) -> Packet:
    """A Socket.IO event without an acknowledgement, ready for any number of queues."""
    return Packet(MESSAGE, f'2["{event}",{dumps(payload)}]')


class TextPacket(SocketPacket):  # type: ignore[misc]
    """Socket.IO's packet without binary attachments, of which a client could announce any number."""

    uses_binary_events = False

    def decode(self, encoded_packet: str) -> int:
        """Read a packet; ValueError for one that announces attachments."""
        attachments = super().decode(encoded_packet)
        if attachments or self.packet_type in (BINARY_EVENT, BINARY_ACK):
            raise ValueError("binary packets are not spoken here")
        return 0


def _plain(value: Any) -> Any:
    if hasattr(value, "item"):
        return value.item()
    raise TypeError(f"{type(value).__name__} has no form in JSON")


def _without_nan(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_nan(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_without_nan(inner) for inner in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
