"""What the overheads cost on three machines: where every setting left unset gets its value.

`pure` has no overhead at all: the pipeline is then a queueing system for which formulas are exact.
`bare_metal` is a current server without virtualisation, `vm` a guest of a hypervisor, where waking an idle
core costs an interrupt between processors and a VM exit. Values in seconds. Provenance: [M] measured with
small C probes (2 vCPU Xeon 2.80 GHz, KVM guest, Linux), [R] recalled from the literature, [A] assumption;
the sources are listed in docs/configuration.md. Left out: anything that depends on the workload (working
sets, NUMA, frequency scaling).
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

OVERHEADS: Final = (
    "costs.wake_call_seconds",
    "costs.wake_latency_seconds",
    "costs.spawn_seconds",
    "costs.reject_seconds",
    "cpu.context_switch_seconds",
    "cpu.cache_refill_seconds",
    "io.cpu_per_request_seconds",
    "io.cpu_per_wakeup_seconds",
    "queue.hold_seconds",
    "queue.handoff_seconds",
)

PURE: Final = dict.fromkeys(OVERHEADS, 0.0)

BARE_METAL: Final = {
    # FUTEX_WAKE as the waker pays it: 0.8 us at least [M], 1.5 us where the woken core idles in a shallow
    # state [A]
    "costs.wake_call_seconds": 1.5e-6,
    # futex wake until the thread runs on another, idle core: about 5 us from a shallow sleep state [A], 50
    # us from a deep one [R]
    "costs.wake_latency_seconds": 5e-6,
    # create, run and join a thread: 14.9 us on one core [M]
    "costs.spawn_seconds": 15e-6,
    # a short write to a socket: 1.5 us [M]
    "costs.reject_seconds": 1.5e-6,
    # a pair of threads that yield to each other: 0.99 us [M]; 1 to 5 us in the literature [R]
    "cpu.context_switch_seconds": 1.5e-6,
    # from microseconds to over 1 ms depending on the working set (Li, Ding, Shen 2007) [R]; off unless
    # asked for
    "cpu.cache_refill_seconds": 0.0,
    # read and parse a small request in user space and the kernel [A]
    "io.cpu_per_request_seconds": 20e-6,
    # epoll_wait that returns one ready descriptor: 278 ns [M]
    "io.cpu_per_wakeup_seconds": 0.28e-6,
    # lock and unlock 20 ns (22.7 ns [M]) and two cache lines of the queue fetched from another core, 40 ns
    # each [R]
    "queue.hold_seconds": 100e-9,
    # the waiter is woken like any other thread
    "queue.handoff_seconds": 5e-6,
}

VM: Final = {
    # FUTEX_WAKE when the target core is halted: 43 to 67 us [M]
    "costs.wake_call_seconds": 43e-6,
    # futex wake until the thread runs on a core idle for 50 us: 27 us; 50 us after 1 ms of idleness [M]
    "costs.wake_latency_seconds": 27e-6,
    # create, run and join a thread over two cores: 16.8 us [M]
    "costs.spawn_seconds": 17e-6,
    # write and read of 64 bytes over a Unix socket: 1.57 us [M]
    "costs.reject_seconds": 1.6e-6,
    # a pair of threads that yield to each other: 0.99 us (0.72 to 1.18) [M]
    "cpu.context_switch_seconds": 1e-6,
    "cpu.cache_refill_seconds": 0.0,
    "io.cpu_per_request_seconds": 20e-6,
    "io.cpu_per_wakeup_seconds": 0.28e-6,
    "queue.hold_seconds": 100e-9,
    "queue.handoff_seconds": 27e-6,
}

PROFILES: Final = MappingProxyType({"pure": PURE, "bare_metal": BARE_METAL, "vm": VM})
DEFAULT_PROFILE: Final = "bare_metal"
