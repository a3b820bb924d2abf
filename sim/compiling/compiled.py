"""Make machine code of the core: whole for Python, as a part for compiled code, or as a phase of its own.

There are three manners, with the same results to the last bit. Usually parts are linked (`sim.compiling.linking`),
which is the fastest to compile. With a version of Numba that was never run, each function is compiled as Numba does by
itself (`sim.compiling.plain`). With `NUMBA_DISABLE_JIT=1` the core runs as the Python that it is written in
(`sim.compiling.uncompiled`), so that a debugger can step through a tick.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import numba
from numba.core.sigutils import normalize_signature

from sim.compiling import plain
from sim.compiling.uncompiled import uncompiled, uncompiled_as

RUN_WITH = ("0.63", "0.64", "0.65", "0.66", "0.67", "0.68")
"""Versions of Numba whose inside `sim.compiling.linking` was run with, by `scripts/try_dependencies.py`."""

Function = TypeVar("Function", bound=Callable[..., Any])


def choose_manner(version: str, *, without_compiler: bool) -> str:
    """Say how the core runs: 'linked', 'plain' or 'uncompiled'."""
    if without_compiler:
        return "uncompiled"
    return "linked" if ".".join(version.split(".")[:2]) in RUN_WITH else "plain"


MANNER = choose_manner(numba.__version__, without_compiler=bool(numba.config.DISABLE_JIT))


def compiled(function: Function) -> Function:
    """Compile a function when it is first called; what Python calls is kept on disk."""
    made: Any = _WHOLE(function)
    return made


def compiled_as(text: str) -> Callable[[Function], Function]:
    """Compile a function for one set of types, whatever it is called with."""

    def make(function: Function) -> Function:
        declared = normalize_signature(text)[0]
        if MANNER == "uncompiled":
            return uncompiled_as(function, declared)
        made: Any = _DECLARED(function)
        made.declared = declared
        return made

    return make


def phase(function: Function) -> Function:
    """Compile a function to code of its own, which compiled code calls at its address."""
    made: Any = _PHASE(function)
    return made


_WHOLE: Any
_DECLARED: Any
_PHASE: Any
if MANNER == "linked":
    from sim.compiling import linking  # its imports are of Numba's inside, which another version may lack

    _WHOLE, _DECLARED, _PHASE = linking.Part, linking.PartAs, linking.Phase
elif MANNER == "plain":
    _WHOLE, _DECLARED, _PHASE = plain.Compiled, plain.CompiledAs, plain.Phase
else:
    _WHOLE, _DECLARED, _PHASE = uncompiled, uncompiled, uncompiled
