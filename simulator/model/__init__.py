"""The configuration of a run and what follows from it: laws, tapes, theory, scenarios, the simulation itself.

The configuration's interface is collected here; the modules with the kernel in them (`simulation`,
`world_builder`) are imported by name, so that reading a configuration does not load the compiler.
"""

from simulator.model.keys import LIVE_KEYS, SETTINGS, json_schema, parse_text_value
from simulator.model.resolve import (
    differences,
    parse_configuration,
    resolve,
    to_dotted,
    to_nested,
    with_changes,
)
from simulator.model.schema import Configuration

__all__ = [
    "LIVE_KEYS",
    "SETTINGS",
    "Configuration",
    "differences",
    "json_schema",
    "parse_configuration",
    "parse_text_value",
    "resolve",
    "to_dotted",
    "to_nested",
    "with_changes",
]
