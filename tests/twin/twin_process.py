"""Plays runs on the plain-Python twin, one a line of standard input, until the input ends.

A line is JSON: a `play`; the answer is a line of JSON with the same keys as `played` returns, and the bytes
of the World are in the file that the request names. An exception is answered, not raised.
"""

from __future__ import annotations

import json
import sys
import traceback
from pathlib import Path
from typing import Any

from simulator.errors import ConfigurationError
from simulator.model.resolve import parse_configuration
from simulator.model.simulation import Simulation
from tests.support.recording import Recording
from tests.support.worlds import world_bytes

Play = dict[str, Any]


def played(play: Play) -> tuple[Recording, dict[str, Any]]:
    """Run `settings` through the edits of `script` ([instant in ns, changes] each) up to `until_ns`, at most
    `events` events of each part; what came out, as far as JSON can say it.
    """
    recording = Recording(Simulation(parse_configuration(play["settings"])), jobs=True)
    for at_ns, changes in [*play["script"], [play["until_ns"], {}]]:
        recording.advance(max(at_ns, recording.simulation.now_ns), play["events"])
        try:
            recording.simulation.edit(changes)
        except ConfigurationError:
            continue
    samples = recording.samples(with_open=True)
    outcome = {
        "events": recording.simulation.events,
        "now_ns": recording.simulation.now_ns,
        "samples": [list(map(int, row)) for row in samples],
        "wait": recording.histograms("wait", with_open=True),
        "jobs": [list(map(int, row)) for row in recording.jobs()],
    }
    return recording, json.loads(json.dumps(outcome))


def main() -> None:
    """Answer until there is nothing more to do."""
    from tests.support.twin_kernel import install

    install()
    for line in sys.stdin:
        request = json.loads(line)
        try:
            recording, answer = played(request)
            Path(request["path"]).write_bytes(world_bytes(recording.simulation))
        except Exception:
            answer = {"error": traceback.format_exc()}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
