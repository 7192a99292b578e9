"""I/O thread with epoll: wait until packets are ready, read each, hand it to the job queue, and wait again.

The producer of the producer-consumer pair. It only hands over, so that the card's small memory is emptied
quickly; when the queue is full, the overflow policy decides what becomes of the job, and of the thread.
"""

from simulator.kernel import steps
from simulator.programs.program import Program, Step

PROGRAM = Program(
    title="I/O thread (epoll)",
    note="Producer: hands packets from the card to the job queue, and does nothing heavy.",
    steps=(
        Step(
            "wait for packets",
            steps.RECEIVE,
            "epoll_wait: sleeps until the card has packets, is told of a batch.",
            at="wait",
        ),
        Step(
            "read a packet",
            steps.READ,
            "Takes the packet; its slot on the card is free again.",
            at="read",
            alternative="wait",
        ),
        Step("parse the request", steps.RUN_IO, "CPU time per request: read, parse, make a job of it."),
        Step("lock the queue", steps.ACQUIRE, "One thread at a time may touch the queue.", at="lock"),
        Step(
            "await room",
            steps.AWAIT_ROOM,
            "If the queue is full: reject, drop the oldest, wait, or run the job here.",
            alternative="turn away",
            second_alternative="serve",
            again="lock",
        ),
        Step("critical section", steps.RUN_HOLD, "Time inside the queue's code, with the lock held."),
        Step("put the job", steps.PUT, "The job waits in main memory now."),
        Step("unlock the queue", steps.RELEASE, "The first thread that waits for the lock is woken."),
        Step("notify a worker", steps.NOTIFY, "Wakes one parked worker, and pays for the call.", then="read"),
        Step("unlock (rejecting)", steps.RELEASE, "The queue is full: give the lock back.", at="turn away"),
        Step("reject the request", steps.REJECT, "An error reply, and the job is gone.", then="read"),
        Step(
            "unlock (caller runs)",
            steps.RELEASE,
            "The queue is full: this thread serves the job itself.",
            at="serve",
        ),
        Step("skip the queue", steps.CALLER_RUNS, "From here on the card has to wait."),
        Step("run the job", steps.RUN_JOB, "The job's CPU time, on the I/O thread."),
        Step("call the backend", steps.CALL, "Blocked on the database, and so is the card."),
        Step("reply", steps.REPLY, "The response goes out.", then="read"),
    ),
)
