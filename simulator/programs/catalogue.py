"""Which program the threads of each kind run, by the configuration's names."""

from typing import Final

from simulator.programs import io_epoll, worker_guarded_suspension
from simulator.programs.program import Program

IO_PROGRAMS: Final[dict[str, Program]] = {"epoll": io_epoll.PROGRAM}
WORKER_PROGRAMS: Final[dict[str, Program]] = {"guarded_suspension": worker_guarded_suspension.PROGRAM}
