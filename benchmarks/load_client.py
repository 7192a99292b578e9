"""Many pages' sockets in one process: a WebSocket client so small that a hundred cost next to nothing.

    python -m benchmarks.load_client <host> <port> <clients> <seconds>

Each client makes a run of its own, joins it and reads what arrives; one JSON document with its findings is
printed at the end. Speaks just enough of WebSocket (RFC 6455, text frames without compression), Engine.IO 4
and Socket.IO 5 for that. Latency: at 1x a sample ought to arrive when its simulated time has come, a constant
later, so its delay is (arrival - simulated time) less the smallest such difference of the same client. Left
out: rendering.
"""

from __future__ import annotations

import asyncio
import base64
import json
import os
import struct
import sys
import time
from dataclasses import dataclass, field
from typing import Any

TEXT, CLOSE, PING, PONG = 0x1, 0x8, 0x9, 0xA
# Clients start this far apart, so that their samples do not all fall on the same instant.
STAGGER_SECONDS = 0.013


@dataclass
class Seen:
    """What one client has seen."""

    lags_seconds: list[float] = field(default_factory=list)
    gaps: int = 0
    samples: int = 0
    views: int = 0
    received_bytes: int = 0
    last_seq: int | None = None
    trouble: str = ""


class Socket:
    """One WebSocket connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    @classmethod
    async def open(cls, host: str, port: int) -> Socket:
        """Connects and shakes hands."""
        reader, writer = await asyncio.open_connection(host, port)
        key = base64.b64encode(os.urandom(16)).decode()
        writer.write(
            (
                "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\n"
                f"Host: {host}:{port}\r\nOrigin: http://{host}:{port}\r\nUpgrade: websocket\r\n"
                f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n"
            ).encode()
        )
        answer = await reader.readuntil(b"\r\n\r\n")
        if b" 101 " not in answer.split(b"\r\n", 1)[0]:
            raise ConnectionError(answer.split(b"\r\n", 1)[0].decode())
        return cls(reader, writer)

    def send(self, text: str, opcode: int = TEXT) -> None:
        """Sends one message, masked as a client must."""
        payload = text.encode()
        mask = os.urandom(4)
        size = len(payload)
        head = (
            bytes([0x80 | opcode, 0x80 | size])
            if size < 126
            else struct.pack(">BBH", 0x80 | opcode, 0xFE, size)
        )
        self.writer.write(head + mask + bytes(byte ^ mask[i % 4] for i, byte in enumerate(payload)))

    async def receive(self) -> bytes:
        """The next text message; pings of the WebSocket layer are answered on the way."""
        message = b""
        while True:
            first, size = await self.reader.readexactly(2)
            if size == 126:
                (size,) = struct.unpack(">H", await self.reader.readexactly(2))
            elif size == 127:
                (size,) = struct.unpack(">Q", await self.reader.readexactly(8))
            payload = await self.reader.readexactly(size)
            opcode = first & 0x0F
            if opcode == PING:
                self.send(payload.decode(), PONG)
            elif opcode == CLOSE:
                raise ConnectionError("the server closed the connection")
            elif opcode != PONG:
                message += payload
                if first & 0x80:
                    return message


async def request(host: str, port: int, method: str, path: str, body: Any = None) -> tuple[int, Any]:
    """One HTTP request on a connection of its own: status and parsed JSON."""
    reader, writer = await asyncio.open_connection(host, port)
    content = b"" if body is None else json.dumps(body).encode()
    writer.write(
        (
            f"{method} {path} HTTP/1.1\r\nHost: {host}:{port}\r\nOrigin: http://{host}:{port}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\nConnection: close\r\n\r\n"
        ).encode()
        + content
    )
    head, _, answer = (await reader.read()).partition(b"\r\n\r\n")
    writer.close()
    return int(head.split(b" ", 2)[1]), json.loads(answer) if answer.strip() else None


def note(seen: Seen, sample: dict[str, Any], now: float) -> None:
    """Takes down one sample."""
    seq = int(sample["seq"])
    if seen.last_seq is not None and seq != seen.last_seq + 1:
        seen.gaps += 1
    seen.last_seq = seq
    seen.samples += 1
    seen.lags_seconds.append(now - float(sample["simulated_seconds"]))


async def client(host: str, port: int, number: int, seconds: float, seen: Seen) -> None:
    """One page: makes a run, joins it, listens."""
    await asyncio.sleep(number * STAGGER_SECONDS)
    status, run = await request(host, port, "POST", "/api/runs", {"seed": number + 1})
    if status != 201:
        raise ConnectionError(f"POST /api/runs answered {status}: {run}")
    socket = await Socket.open(host, port)
    await socket.receive()  # Engine.IO: open
    socket.send("40")
    await socket.receive()  # Socket.IO: connected
    socket.send(f'420["join",{json.dumps({"run": run["id"]})}]')
    try:
        async with asyncio.timeout(seconds):
            while True:
                message = await socket.receive()
                now = time.monotonic()
                seen.received_bytes += len(message)
                if message == b"2":
                    socket.send("3")
                elif message.startswith(b'42["sample"'):
                    note(seen, json.loads(message[2:])[1], now)
                elif message.startswith(b'42["view"'):
                    seen.views += 1
                elif message.startswith(b'430[{"ok":false'):
                    raise ConnectionError(message.decode())
    except TimeoutError:
        pass
    socket.writer.close()
    await request(host, port, "DELETE", f"/api/runs/{run['id']}")


async def run_clients(host: str, port: int, clients: int, seconds: float) -> list[Seen]:
    """All clients at once; one that fails says why and does not stop the others."""
    seen = [Seen() for _ in range(clients)]

    async def guarded(number: int) -> None:
        try:
            await client(host, port, number, seconds, seen[number])
        except (OSError, asyncio.IncompleteReadError, ValueError, KeyError) as error:
            seen[number].trouble = f"{type(error).__name__}: {error}"

    await asyncio.gather(*(guarded(number) for number in range(clients)))
    return seen


def delays_seconds(seen: Seen) -> list[float]:
    """By how much each sample came later than the most punctual one of its client."""
    lags = seen.lags_seconds
    return [lag - min(lags) for lag in lags]


def main() -> None:
    """Runs the clients and prints what they saw."""
    host, port, clients, seconds = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4])
    cpu_started = time.process_time()
    seen = asyncio.run(run_clients(host, port, clients, seconds))
    delays = sorted(delay for one in seen for delay in delays_seconds(one))
    print(
        json.dumps(
            {
                "delays_seconds": delays,
                "samples": [one.samples for one in seen],
                "views": sum(one.views for one in seen),
                "gaps": sum(one.gaps for one in seen),
                "bytes": sum(one.received_bytes for one in seen),
                "trouble": [one.trouble for one in seen if one.trouble],
                "client_cpu_seconds": time.process_time() - cpu_started,
            }
        )
    )


if __name__ == "__main__":
    main()
