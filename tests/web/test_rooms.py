from __future__ import annotations

from collections import deque
from types import SimpleNamespace
from typing import Any

import pytest

from simulator.web.rooms import MOST_QUEUED, MOST_QUEUED_BYTES, MOST_QUEUED_FOR_A_VIEW, Rooms, Viewer
from simulator.web.wire import event_packet


class FakeSocketIO:
    """The parts of python-socketio's server that rooms look at."""

    def __init__(self) -> None:
        self.manager = SimpleNamespace(eio_sid_from_sid=lambda sid, _: f"engine-{sid}")
        self.eio = SimpleNamespace(sockets={}, send_packet=self.send)

    def send(self, engine_sid: str, packet: Any) -> None:
        self.queue(engine_sid).append(packet)

    def queue(self, engine_sid: str) -> deque[Any]:
        if engine_sid not in self.eio.sockets:
            packets: deque[Any] = deque()
            queue = SimpleNamespace(qsize=packets.__len__, queue=packets)
            self.eio.sockets[engine_sid] = SimpleNamespace(queue=queue)
        found: deque[Any] = self.eio.sockets[engine_sid].queue.queue
        return found


@pytest.fixture
def server() -> FakeSocketIO:
    return FakeSocketIO()


@pytest.fixture
def rooms(server: FakeSocketIO) -> Rooms:
    return Rooms(server)


def viewer_of(rooms: Rooms, sid: str, run: str = "run", *, release: bool = True) -> Viewer:
    rooms.connect(sid, 0.0)
    viewer = rooms.get(sid)
    assert viewer is not None
    rooms.enter(viewer, run)
    if release:
        rooms.release(viewer)
    return viewer


def read(server: FakeSocketIO, viewer: Viewer) -> list[str]:
    """The client reads everything."""
    queue = server.queue(viewer.engine_sid)
    texts = [packet.encode() for packet in queue]
    queue.clear()
    return texts


def sample(number: int) -> Any:
    return event_packet("sample", number)


def test_a_message_goes_to_those_in_the_room_and_to_nobody_else(rooms: Rooms, server: FakeSocketIO) -> None:
    a, b, other = viewer_of(rooms, "a"), viewer_of(rooms, "b"), viewer_of(rooms, "c", "another")
    rooms.send("run", sample(1))
    assert read(server, a) == read(server, b) == ['42["sample",1]']
    assert read(server, other) == []
    rooms.send("no such run", sample(2))


def test_what_is_said_while_the_ack_is_under_way_follows_it(rooms: Rooms, server: FakeSocketIO) -> None:
    viewer = viewer_of(rooms, "a", release=False)
    rooms.send("run", sample(6))
    rooms.send("run", sample(7))
    assert read(server, viewer) == []
    rooms.release(viewer)
    rooms.send("run", sample(8))
    assert read(server, viewer) == ['42["sample",6]', '42["sample",7]', '42["sample",8]']


def test_a_client_that_is_a_little_late_gets_no_pictures_but_every_sample(
    rooms: Rooms, server: FakeSocketIO
) -> None:
    viewer = viewer_of(rooms, "a")
    for number in range(20):
        rooms.send("run", sample(number))
        rooms.send_views("run", {None: event_packet("view", number)})
    texts = read(server, viewer)
    assert [text for text in texts if "sample" in text] == [f'42["sample",{n}]' for n in range(20)]
    assert len(texts) - 20 == MOST_QUEUED_FOR_A_VIEW // 2


def test_a_client_that_does_not_read_costs_a_bounded_queue_and_nothing_for_the_others(
    rooms: Rooms, server: FakeSocketIO
) -> None:
    stuck, quick = viewer_of(rooms, "stuck"), viewer_of(rooms, "quick")
    seen = []
    for number in range(100_000 // 100):
        rooms.send("run", sample(number))
        seen += read(server, quick)
    assert len(seen) == 1000
    assert len(server.queue(stuck.engine_sid)) == MOST_QUEUED
    assert stuck.is_behind
    assert not quick.is_behind


def test_a_few_large_messages_are_too_much_as_well(rooms: Rooms, server: FakeSocketIO) -> None:
    viewer = viewer_of(rooms, "a")
    for _ in range(20):
        rooms.send("run", event_packet("edited", "x" * (MOST_QUEUED_BYTES // 8)))
    assert viewer.is_behind
    assert sum(len(text) for text in read(server, viewer)) < 1.2 * MOST_QUEUED_BYTES


def test_who_was_behind_gets_nothing_until_the_queue_is_empty_and_then_hears_of_it(
    rooms: Rooms, server: FakeSocketIO
) -> None:
    viewer = viewer_of(rooms, "a")
    for number in range(MOST_QUEUED + 5):
        rooms.send("run", sample(number))
    server.queue(viewer.engine_sid).popleft()
    rooms.recover(lambda run: {"run": run, "seq": 68})
    rooms.send("run", sample(99))
    assert '42["sample",99]' not in read(server, viewer)
    rooms.recover(lambda run: {"run": run, "seq": 68})
    rooms.send("run", sample(100))
    assert read(server, viewer) == ['42["status",{"run":"run","seq":68,"missed":true}]', '42["sample",100]']


def test_joining_another_run_leaves_the_first(rooms: Rooms, server: FakeSocketIO) -> None:
    viewer = viewer_of(rooms, "a", "first")
    viewer.followed = 3
    assert rooms.enter(viewer, "second") == "first"
    assert (rooms.count("first"), rooms.count("second")) == (0, 1)
    assert rooms.followed("second") == frozenset()
    assert rooms.disconnect("a") == "second"
    assert rooms.count("second") == 0
    assert len(rooms) == 0


def test_to_join_again_is_not_to_leave(rooms: Rooms) -> None:
    viewer = viewer_of(rooms, "a")
    viewer.followed = 3
    assert rooms.enter(viewer, "run") is None
    assert rooms.count("run") == 1
    assert rooms.followed("run") == {3}


def test_a_page_that_went_away_while_it_joined_is_not_put_into_the_room(rooms: Rooms) -> None:
    rooms.connect("a", 0.0)
    viewer = rooms.get("a")
    assert viewer is not None
    rooms.disconnect("a")
    rooms.enter(viewer, "run")
    assert rooms.count("run") == 0


def test_each_sees_the_thread_it_follows(rooms: Rooms, server: FakeSocketIO) -> None:
    a, b, c = (viewer_of(rooms, sid) for sid in "abc")
    a.followed, b.followed = 3, 4
    assert rooms.followed("run") == {3, 4}
    rooms.send_views("run", {None: event_packet("view", 0), 3: event_packet("view", 3)})
    assert [read(server, viewer) for viewer in (a, b, c)] == [
        ['42["view",3]'],
        ['42["view",0]'],
        ['42["view",0]'],
    ]


def test_viewers_of_a_removed_run_are_told_to_ask_again(rooms: Rooms, server: FakeSocketIO) -> None:
    viewer = viewer_of(rooms, "a")
    rooms.dismiss("run", {"run": "run"})
    assert read(server, viewer) == ['42["status",{"run":"run","missed":true}]']
    assert rooms.count("run") == 0
    rooms.send("run", sample(1))
    assert read(server, viewer) == []
