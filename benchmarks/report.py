"""What a measurement found, as lines for a reader and as a verdict."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Report:
    """Collects what fell short while it prints; `failed` decides the exit status."""

    warnings: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    def title(self, text: str) -> None:
        """Begins a measurement."""
        print(f"\n{text}", flush=True)

    def line(self, name: str, value: str) -> None:
        """One figure."""
        print(f"  {name:<44} {value}", flush=True)

    def warn(self, text: str) -> None:
        """Short of what is wanted, which a slow or busy machine can be the reason of."""
        self.warnings.append(text)

    def fail(self, text: str) -> None:
        """Short of what is promised."""
        self.failures.append(text)

    def close(self) -> int:
        """Repeats what fell short; the exit status."""
        print()
        for text in self.warnings:
            print(f"warning: {text}")
        for text in self.failures:
            print(f"FAILED: {text}")
        if not self.failures:
            print("everything that is promised holds")
        return 1 if self.failures else 0


def count(value: float) -> str:
    """A large number as a person reads it."""
    for size, unit in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if value >= size:
            return f"{value / size:.3g} {unit}"
    return f"{value:.3g}"


def duration(seconds: float) -> str:
    """A duration with its unit."""
    for size, unit in ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs")):
        if abs(seconds) >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds * 1e9:.3g} ns"
