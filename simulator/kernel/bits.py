"""floor(log2 v) as one machine instruction (count leading zeros)."""

from typing import Any

from simulator.kernel.jit import PLAIN_PYTHON

if PLAIN_PYTHON:

    def floor_log2(value: int) -> int:
        """The place of the highest set bit of value >= 1."""
        return value.bit_length() - 1

else:
    from llvmlite import ir
    from numba import types
    from numba.extending import intrinsic

    @intrinsic
    def floor_log2(typingctx: Any, value: Any) -> Any:
        """The place of the highest set bit of value >= 1."""

        def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            # The second argument says that zero is not given.
            zeros = builder.ctlz(arguments[0], ir.IntType(1)(1))
            return builder.sub(ir.IntType(64)(63), zeros)

        return types.int64(types.int64), generate
