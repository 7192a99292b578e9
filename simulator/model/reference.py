"""Writes docs/configuration.md from the schema: ``python -m simulator.model.reference [PATH]``.

A test compares the file with what this module would write, so the reference cannot fall behind.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

from simulator.model.keys import SETTINGS, Setting, number_text
from simulator.model.profiles import OVERHEADS, PROFILES
from simulator.model.schema import Configuration
from simulator.model.settings import Section

PATH = Path(__file__).parents[2] / "docs" / "configuration.md"

INTRODUCTION = """# Configuration

<!-- Written by `python -m simulator.model.reference` from the schema; edit the schema, not this file. -->

A configuration is a JSON file. Keys nest by section (`{"workers": {"count": 4}}`) or are written with dots
(`{"workers.count": 4}`), also mixed; what is not given has its default. On the command line:
`--set workers.count=4`. Over HTTP and on the page the same names and ranges apply. Times are in seconds,
rates per second.

A value that is not acceptable is refused with its key, what was given and what is allowed, all of them at
once. **Live** settings may change during a run; the change takes effect at one simulated instant.
"""

PROFILE_INTRODUCTION = """## Cost profiles

Overheads that are not set come from `costs.profile`. A key that is set wins. When the profile changes
during a run, every overhead that stands at the old profile's value moves to the new one's.

- `pure`: no overhead. With `cpu.cores` 0 the pipeline is a textbook queue, for which formulas are exact.
- `bare_metal`: a server without virtualisation.
- `vm`: a guest of a hypervisor, where waking an idle core costs an interrupt and a VM exit.
"""

PROVENANCE = """Most values were measured, or rounded from measurements, with small C programs on a virtual
machine (2 cores, Xeon, 2.80 GHz, Linux). Assumed, at the usual size: that `bare_metal` wakes another core in
5 µs, and that reading and parsing a request takes 20 µs. What cold caches cost after a switch depends on the
program, from microseconds to over a millisecond (C. Li, C. Ding, K. Shen, "Quantifying the cost of context
switch", 2007); it is 0 until you set it. `simulator/model/profiles.py` names the source of each value.
"""

LAWS = """## Laws of random times

`job.cpu` and `job.call` each have a law with the mean of their `mean_seconds`. Squared coefficient of
variation (variance over squared mean; 1 for the exponential) in closed form:

| law | parameters | squared coefficient of variation |
|---|---|---|
| `constant` | | 0 |
| `uniform` | between 0 and twice the mean | 1/3 |
| `erlang` | `stages` k | 1/k |
| `exponential` | | 1 |
| `lognormal` | `cv` | cv² |
| `hyperexponential` | `cv` of at least 1; two exponentials, each half of the total time | cv² |
| `bimodal` | `slow_ratio` p of the jobs take `slow_factor` f times as long | (1-p+pf²)/(1-p+pf)² - 1 |
| `pareto` | tail exponent `alpha` a; longest over shortest `max_ratio` r | g(a)g(a-2)/g(a-1)² - 1 |

For the bounded Pareto law g(x) = (1-r^-x)/x, and g(0) = ln r.
"""

TRACE = """## Recorded arrivals

With `arrivals.process` set to `trace`, requests arrive at recorded times, either inline (`arrivals.trace`)
or, on the command line only, from a CSV file (`arrivals.trace_file`) with a header:

```
arrival_seconds,cpu_seconds,call_seconds
0.000,0.0011,0.0080
0.004,0.0009,0.0093
```

The second and third column may be left out; those demands are then drawn from their laws. Arrivals are in
order and are kept to the nanosecond. When the trace ends, no more requests arrive.
"""


def reference() -> str:
    """The text of docs/configuration.md."""
    parts = [INTRODUCTION]
    for name, info in Configuration.model_fields.items():
        if isinstance(info.annotation, type) and issubclass(info.annotation, Section):
            parts.append("\n".join(_section(name, info.annotation)))
    parts.insert(1, "\n".join(["## The run", "", *_table(key for key in SETTINGS if "." not in key)]))
    parts += ["\n".join(_profiles()), LAWS.rstrip(), TRACE.rstrip()]
    return "\n\n".join(part.strip("\n") for part in parts) + "\n"


def _section(name: str, section: type[Section]) -> Iterator[str]:
    yield f"## `{name}`"
    yield ""
    yield (section.__doc__ or "").strip().splitlines()[0]
    yield ""
    yield from _table(key for key in SETTINGS if key.startswith(name + "."))


def _table(keys: Iterator[str]) -> Iterator[str]:
    yield "| key | default | allowed | live | meaning |"
    yield "|---|---|---|---|---|"
    for key in keys:
        yield _row(SETTINGS[key])


def _row(entry: Setting) -> str:
    default = "from the profile" if entry.note.from_profile else _value(entry.default)
    if entry.choices:
        allowed = ", ".join(f"`{choice}`" for choice in entry.choices)
    else:
        allowed = entry.allowed
    help = entry.note.help + _condition(entry)
    return f"| `{entry.key}` | {default} | {allowed} | {'yes' if entry.note.live else 'no'} | {help} |"


def _condition(entry: Setting) -> str:
    """When the setting matters, if not always."""
    cases = [f"`{key}` is {_either(values)}" for key, values in entry.when.items()]
    return f" Matters when {' and '.join(cases)}." if cases else ""


def _either(values: tuple[object, ...]) -> str:
    *first, last = (f"`{value}`" for value in values)
    return f"{', '.join(first)} or {last}" if first else last


def _value(value: object) -> str:
    if isinstance(value, float):
        return f"`{number_text(value)}`"
    return f"`{value}`" if isinstance(value, (str, int)) else f"`{json.dumps(value)}`"


def _profiles() -> Iterator[str]:
    yield PROFILE_INTRODUCTION
    yield f"| seconds | {' | '.join(f'`{name}`' for name in PROFILES)} |"
    yield "|---|" + "---|" * len(PROFILES)
    for key in OVERHEADS:
        yield f"| `{key}` | {' | '.join(number_text(values[key]) for values in PROFILES.values())} |"
    yield ""
    yield PROVENANCE


def main() -> None:
    """Write the file."""
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else PATH
    path.write_text(reference(), encoding="utf-8")


if __name__ == "__main__":
    main()
