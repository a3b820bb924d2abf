"""Run the core as the Python that it is written in, for a debugger: slow, and the same to the last bit.

Compiled code reads a column by a dot, wraps keys around at 64 bits and computes in 32 bits only where both sides
have 32. Python and NumPy do otherwise, so tables and numbers are handed out here in a form that does the same.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from functools import wraps
from typing import Any, TypeVar

import numpy as np
from numba import types

Function = TypeVar("Function", bound=Callable[..., Any])
Value = Any
"""A number, an array, a row or a bundle of arrays: whatever a rule may read."""
ALL_BITS = 2**64 - 1


def uncompiled(function: Function) -> Function:
    """Leave a function as it is, but for the form of what it is given and gives."""

    @wraps(function)
    def called(*given: Value) -> Value:
        with np.errstate(all="ignore"):
            return as_compiled_sees(function(*[as_compiled_sees(value) for value in given]))

    made: Any = called
    return made


def uncompiled_as(function: Function, declared: tuple[Any, ...]) -> Function:
    """Leave a function as it is, but for what it is given, which becomes of the declared types."""

    @wraps(function)
    def called(*given: Value) -> Value:
        with np.errstate(all="ignore"):
            return as_compiled_sees(function(*map(_converted, given, declared)))

    made: Any = called
    return made


def _converted(value: Value, kind: Any) -> Value:  # noqa: ANN401 - a type of Numba's
    if kind == types.uint64:
        return np.uint64(int(value) & ALL_BITS)
    if isinstance(kind, types.Float):
        return np.float64(value)
    return as_compiled_sees(value)


class Narrow(float):
    """A number of 32 bits: so is what comes of two of them, and of nothing else."""

    __slots__ = ()
    __array_ufunc__ = None  # NumPy leaves the sum of its own numbers and such a one to the methods below

    def __neg__(self) -> Narrow:
        return Narrow(float.__neg__(self))


def _binary(name: str) -> tuple[Callable[[Narrow, Value], Value], Callable[[Narrow, Value], Value]]:
    of = getattr(operator, name)

    def one_way(a: Narrow, b: Value) -> Value:
        return Narrow(of(np.float32(a), np.float32(b))) if isinstance(b, Narrow | np.float32) else of(np.float64(a), b)

    def other_way(a: Narrow, b: Value) -> Value:
        return Narrow(of(np.float32(b), np.float32(a))) if isinstance(b, Narrow | np.float32) else of(b, np.float64(a))

    return one_way, other_way


def _comparison(name: str) -> Callable[[Narrow, Value], bool]:
    of = getattr(operator, name)
    return lambda a, b: bool(of(float(a), float(b)))


for _name in ("lt", "le", "gt", "ge", "eq", "ne"):  # NumPy leaves these to the methods here too
    setattr(Narrow, f"__{_name}__", _comparison(_name))
for _name in ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow"):
    for _method, _made in zip((f"__{_name}__", f"__r{_name}__"), _binary(_name), strict=True):
        setattr(Narrow, _method, _made)


class Row:
    """A row of a table, whose columns are read and written by a dot."""

    __slots__ = ("_cells",)

    def __init__(self, cells: np.void) -> None:
        object.__setattr__(self, "_cells", cells)

    def __getattr__(self, name: str) -> Value:
        return as_compiled_sees(self._cells[name])

    def __setattr__(self, name: str, value: Value) -> None:
        self._cells[name] = value

    def __repr__(self) -> str:
        return ", ".join(f"{name}={self._cells[name]}" for name in self._cells.dtype.names or ())


class Seen(np.ndarray):
    """An array whose elements are rows and numbers as compiled code sees them; it shares the memory."""

    def __getitem__(self, key: Value) -> Value:
        return as_compiled_sees(super().__getitem__(key))

    def __setitem__(self, key: Value, value: Value) -> None:
        super().__setitem__(key, value._cells if isinstance(value, Row) else value)


class Bundle:
    """The arrays of a bundle (a state, its roads, its buffers) by name."""

    def __init__(self, whole: Value) -> None:
        self.__dict__ = {field.name: as_compiled_sees(getattr(whole, field.name)) for field in fields(whole)}


def as_compiled_sees(value: Value) -> Value:
    """Hand out a value as compiled code sees it."""
    kind = type(value)
    if kind in _FORMS:
        return _FORMS[kind](value)
    if kind is np.ndarray:
        return value.view(Seen)
    if isinstance(value, tuple):  # one with names
        return kind(*map(as_compiled_sees, value))
    if is_dataclass(value):
        if "_seen" not in value.__dict__:  # made once for each bundle: arrays are never exchanged
            object.__setattr__(value, "_seen", Bundle(value))
        return value.__dict__["_seen"]
    return value


def _same(value: Value) -> Value:
    return value


_INTEGERS = (np.int8, np.int16, np.int32, np.int64, np.uint8, np.uint16, np.uint32)
_FORMS: dict[type, Callable[[Value], Value]] = {
    np.float32: Narrow,
    np.void: Row,
    np.bool_: bool,
    tuple: lambda values: tuple(as_compiled_sees(value) for value in values),
    **dict.fromkeys(_INTEGERS, int),
    **dict.fromkeys((int, float, bool, Narrow, Row, Seen, Bundle, np.float64, np.uint64), _same),
}
