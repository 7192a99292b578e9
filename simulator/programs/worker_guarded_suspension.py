"""Worker with guarded suspension: wait until there is a job, take it, do the heavy work, reply.

The consumer of the producer-consumer pair. The guard is "the queue is not empty"; while it is false the
thread is parked and costs nothing. A notified worker looks again before it takes: another may have been
faster. (Lea, Concurrent Programming in Java, 2nd ed., section 3.2.)
"""

from simulator.kernel import steps
from simulator.programs.program import Program, Step

PROGRAM = Program(
    title="Worker (guarded suspension)",
    note="Consumer: parked while there is nothing to do, woken by a put.",
    steps=(
        Step("lock the queue", steps.ACQUIRE, "One thread at a time may touch the queue.", at="lock"),
        Step(
            "await a job",
            steps.AWAIT_NOT_EMPTY,
            "Queue empty: unlock, park, and begin again when notified.",
            again="lock",
        ),
        Step("critical section", steps.RUN_HOLD, "Time inside the queue's code, with the lock held."),
        Step("take the job", steps.TAKE, "Which one is the discipline's choice."),
        Step("unlock the queue", steps.RELEASE, "The first thread that waits for the lock is woken."),
        Step("run the job", steps.RUN_JOB, "The job's CPU time: needs a core."),
        Step("call the backend", steps.CALL, "Blocked on the database: busy, while the core is free."),
        Step("reply", steps.REPLY, "The response goes out.", then="lock"),
    ),
)
