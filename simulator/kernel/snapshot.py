"""The open interval of a copied World as a sample: what has happened since the last one."""

from simulator.kernel.jit import entry
from simulator.kernel.sampling import close_interval
from simulator.kernel.struct import Record


@entry
def close_copy(world: Record, outbox: Record) -> None:
    """End the open interval now. For copies: the original's intervals end at their own instants."""
    close_interval(world, outbox)
