"""The command line: `python -m simulator run | scenarios | schema`.

Here are the options and the exit status; cli_input.py reads what was given, cli_run.py simulates,
cli_report.py prints. Exit status: 0; 2 with one line on bad input; 130 after Ctrl-C, with the summary so
far; 1 when something else fails. The compiler is loaded by `run` alone, after its input was found good, so
that the rest answers at once.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from typing import Any, Final, NoReturn

from simulator import __version__
from simulator.errors import ConfigurationError, MillraceError

BAD_INPUT: Final = 2
FAILED: Final = 1
DEFAULT_DURATION_SECONDS: Final = 60.0


class _Parser(argparse.ArgumentParser):
    """Bad usage is answered in one line, like every other bad input."""

    def error(self, message: str) -> NoReturn:
        self.exit(BAD_INPUT, f"error: {message} (see `{self.prog} --help`)\n")


def build_parser() -> argparse.ArgumentParser:
    """The command line's options and their help."""
    parser = _Parser(
        prog="python -m simulator", description="Millrace: a flight simulator for server threads."
    )
    parser.add_argument("--version", action="version", version=f"Millrace {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="run | scenarios | schema", required=True)
    _add_run(commands)
    listing = commands.add_parser("scenarios", help="list the scenarios: what to turn, what to watch")
    listing.add_argument("--json", action="store_true", help="as JSON, with their configurations")
    commands.add_parser(
        "schema", help="print the JSON Schema of the configuration: every key, range and default"
    )
    return parser


def _add_run(commands: Any) -> None:
    run = commands.add_parser(
        "run",
        help="simulate, and print the summary",
        description="Simulate a configuration and print the summary. A scenario comes first, CONFIG.json "
        "overrides it, --set overrides both. The same input gives the same figures, whatever the machine.",
    )
    run.add_argument(
        "config",
        nargs="?",
        metavar="CONFIG.json",
        help="configuration, keys nested or dotted; what it leaves out has its default",
    )
    run.add_argument("--scenario", metavar="ID", help="begin with a scenario (see `scenarios`)")
    run.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        dest="settings",
        help="set one key, for instance workers.count=4; may be repeated",
    )
    run.add_argument(
        "--edit",
        action="append",
        default=[],
        metavar="SECONDS:KEY=VALUE",
        dest="edits",
        help="change one key at this simulated time, for instance 30:workers.count=4; may be repeated",
    )
    run.add_argument("--seed", metavar="N", help="the seed; the same as --set seed=N")
    run.add_argument(
        "--duration",
        metavar="SECONDS",
        help=f"simulated time that the summary covers (default: {DEFAULT_DURATION_SECONDS:g}; for recorded "
        "arrivals, until all are served)",
    )
    run.add_argument(
        "--warmup",
        metavar="SECONDS",
        help="simulated time before that, which the summary leaves out (default: 0); the CSV files have it",
    )
    run.add_argument(
        "--csv", metavar="PATH", help="write every sample, as history.csv, while the run goes on"
    )
    run.add_argument("--events", metavar="PATH", help="write every edit, as events.csv")
    run.add_argument("--summary", metavar="PATH", help="write the summary as JSON")
    run.add_argument(
        "--json", action="store_true", help="print the summary as JSON, and nothing else, on standard output"
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; returns the exit status. Argparse itself exits for --help and bad usage."""
    options = build_parser().parse_args(arguments)
    try:
        if options.command == "scenarios":
            return _scenarios(options.json)
        if options.command == "schema":
            return _schema()
        return _run(options)
    except ConfigurationError as error:
        print(f"error: {error}", file=sys.stderr)
        return BAD_INPUT
    except MillraceError as error:
        print(f"error: {error}", file=sys.stderr)
        return FAILED
    except BrokenPipeError:
        # Whoever read the output has gone, as `head` does: nothing is wrong, and nobody is left to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _run(options: argparse.Namespace) -> int:
    from simulator.cli_input import read_order
    from simulator.cli_outputs import open_outputs

    order = read_order(options)
    with open_outputs(options, order) as outputs:
        from simulator.cli_run import run

        return run(order, outputs, as_json=options.json)


def _scenarios(as_json: bool) -> int:
    from simulator.model.scenarios import load_scenarios

    scenarios = list(load_scenarios().values())
    if as_json:
        print(
            json.dumps({"scenarios": [scenario.as_dict() for scenario in scenarios]}, indent=2, default=dict)
        )
        return 0
    from simulator.cli_report import scenario_lines

    print("\n\n".join(scenario_lines(scenario) for scenario in scenarios))
    return 0


def _schema() -> int:
    from simulator.model.keys import json_schema

    print(json.dumps(json_schema(), indent=2))
    return 0
