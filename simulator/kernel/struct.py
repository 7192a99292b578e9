"""Declare a C-like record once; allocate it for the compiled kernel, or as plain Python objects.

A `Struct` is a list of fields: integers, floats, other structs and fixed arrays of any of them. Compiled
code sees one block of memory behind a bare pointer (a NumPy record). The twin for debugging is built from
the same declaration with Python attributes and lists, so the same source runs without the JIT; `pack` turns
a twin back into the record's bytes, to be compared.

Leaves out: variable-length fields, pointers, strings.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import DTypeLike

# A record or an array within one: only Numba knows its fields, so type checkers are told nothing.
Record: TypeAlias = Any

Field = tuple[str, Any] | tuple[str, Any, int | tuple[int, ...]]


def struct(*fields: Field) -> np.dtype[Any]:
    """A C-like record type from (name, type) and (name, type, length) fields, aligned as C would.

    The padding is made explicit nowhere: allocation zeroes it and nothing writes it, so equal records have
    equal bytes.
    """
    return np.dtype(list(fields), align=True)


def allocate(dtype: np.dtype[Any]) -> np.ndarray[Any, np.dtype[Any]]:
    """An array of one zeroed record; `allocate(t)[0]` is the record the kernel takes.

    The memory comes from the operating system lazily, page by page, as it is first written.
    """
    return np.zeros(1, dtype=dtype)


class TwinRecord:
    """A record as a Python object: one attribute a field."""

    def __init__(self, dtype: np.dtype[Any]) -> None:
        assert dtype.fields is not None
        for name, (kind, *_rest) in dtype.fields.items():
            setattr(self, name, _twin_field(kind))


class TwinArray(list[Any]):
    """A fixed array of records whose rows are made when first touched (a job table has 100,000 rows)."""

    def __init__(self, dtype: np.dtype[Any], length: int) -> None:
        super().__init__([None] * length)
        self._dtype = dtype

    def __getitem__(self, index: Any) -> Any:
        row = super().__getitem__(index)
        if row is None:
            row = TwinRecord(self._dtype)
            super().__setitem__(index, row)
        return row

    def touched(self) -> list[tuple[int, TwinRecord]]:
        """The rows that exist, with their places."""
        return [(i, row) for i, row in enumerate(super().__iter__()) if row is not None]


def _twin_field(kind: np.dtype[Any]) -> Any:
    if kind.subdtype is not None:
        base, shape = kind.subdtype
        if base.fields is not None:
            assert len(shape) == 1, "arrays of records have one dimension"
            return TwinArray(base, shape[0])
        if len(shape) == 1:
            return [0.0 if base.kind == "f" else 0] * shape[0]
        return np.zeros(shape, dtype=base)
    if kind.fields is not None:
        return TwinRecord(kind)
    return 0.0 if kind.kind == "f" else 0


def twin(dtype: DTypeLike) -> TwinRecord:
    """The plain-Python twin of a zeroed record."""
    return TwinRecord(np.dtype(dtype))


def unpack(record: Any, into: TwinRecord) -> TwinRecord:
    """Copy a record's values into a twin (modified in place, and returned)."""
    fields = record.dtype.fields
    for name, (kind, *_rest) in fields.items():
        value = record[name]
        if kind.subdtype is None:
            if kind.fields is not None:
                unpack(value, getattr(into, name))
            else:
                setattr(into, name, value.item())
            continue
        base, shape = kind.subdtype
        if base.fields is None:
            setattr(into, name, value.tolist() if len(shape) == 1 else value.copy())
            continue
        target: TwinArray = getattr(into, name)
        used = np.flatnonzero(value.view(np.uint8).reshape(len(value), -1).any(axis=1))
        for i in used:
            unpack(value[i], target[int(i)])
    return into


def pack(source: TwinRecord, into: Any) -> None:
    """Write a twin's values into a zeroed record (modified in place)."""
    fields = into.dtype.fields
    for name, (kind, *_rest) in fields.items():
        value = getattr(source, name)
        if kind.subdtype is None:
            if kind.fields is not None:
                pack(value, into[name])
            else:
                into[name] = value
        elif kind.subdtype[0].fields is None:
            into[name] = value
        else:
            for i, row in value.touched():
                pack(row, into[name][i])
