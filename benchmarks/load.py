"""A hundred pages on one machine: a real server, a hundred sockets, each on its own default run at 1x.

Printed: how late samples arrive (see load_client for what that is measured against), samples lost, and what
the server used. Clients and server share the machine.
"""

from __future__ import annotations

import json
import subprocess
import sys

from benchmarks.report import Report, count, duration
from benchmarks.server_process import HOST, ROOT, ServerProcess

MOST_P99_SECONDS = 0.2
SAMPLES_PER_SECOND = 10.0


def quantile(ordered: list[float], share: float) -> float:
    """The smallest value that this share of them does not exceed."""
    return ordered[min(len(ordered) - 1, max(0, int(share * len(ordered) + 0.999999) - 1))]


def measure(report: Report, clients: int, seconds: float) -> None:
    """Prints delivery under load."""
    report.title(f"Load: {clients} pages, each on its own default run at 1x, for {seconds:g} s")
    with ServerProcess(environment={"MILLRACE_MAX_RUNS": str(clients + 10)}) as server:
        command = [
            sys.executable,
            "-m",
            "benchmarks.load_client",
            HOST,
            str(server.port),
            str(clients),
            str(seconds),
        ]
        cpu_before = server.cpu_seconds()
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        server_cpu, resident = server.cpu_seconds() - cpu_before, server.resident_mib()
    if done.returncode != 0:
        report.fail(f"the clients ended badly: {done.stderr.strip()[-500:]}")
        return
    seen = json.loads(done.stdout)
    delays, samples = seen["delays_seconds"], seen["samples"]
    for trouble in sorted(set(seen["trouble"])):
        report.fail(f"a client: {trouble}")
    if not delays:
        report.fail("no sample arrived")
        return
    p99 = quantile(delays, 0.99)
    report.line(
        "a sample arrives late by",
        f"p50 {duration(quantile(delays, 0.5))}, p99 {duration(p99)}, at most {duration(delays[-1])}",
    )
    report.line("samples", f"{count(sum(samples))} in all, {min(samples)} to {max(samples)} a page")
    report.line("lost", f"{seen['gaps']} gaps in the numbering")
    report.line("views", f"{seen['views'] / clients / seconds:.1f} a second and page")
    report.line("traffic", f"{seen['bytes'] / clients / seconds / 1024:.1f} KiB a second and page")
    report.line("server", f"{100 * server_cpu / seconds:.0f} % of one core, {resident:.0f} MiB resident")
    report.line("clients", f"{100 * seen['client_cpu_seconds'] / seconds:.0f} % of one core")
    if p99 > MOST_P99_SECONDS:
        report.fail(f"delivery p99 {duration(p99)}; under {duration(MOST_P99_SECONDS)} is promised")
    if seen["gaps"]:
        report.fail(f"{seen['gaps']} gaps: samples were lost")
    if min(samples) < 0.9 * SAMPLES_PER_SECOND * seconds:
        report.fail(f"a page got {min(samples)} samples in {seconds:g} s at {SAMPLES_PER_SECOND:g} a second")
