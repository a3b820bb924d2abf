"""Compile as Numba does by itself: each function to machine code, and once more into all that call it.

That is slower to compile than `sim.compiling.linking`, which stands on the inside of Numba and so knows only the
versions that it was run with. Here nothing is used but what has been the same in Numba for years. Results are
the same to the last bit: they depend on the types that functions are compiled for, and these are chosen here.
"""

from __future__ import annotations

import hashlib
from functools import cached_property
from pathlib import Path
from typing import Any, get_type_hints

from numba import types
from numba.core.caching import FunctionCache
from numba.core.registry import CPUDispatcher

from sim.compiling.faults import short_error

Numba = Any
"""An object of Numba's own: it declares no types that could be checked."""
OPTIONS = {"nopython": True, "error_model": "numpy", "no_cfunc_wrapper": True, "nogil": True}
"""Division by zero gives infinity, as in NumPy; nothing calls the core from C; other threads go on."""
SOURCES = ("agents/**/*.py", "city/loops.py", "compiling/*.py", "clock.py", "draws.py", "engine.py", "params.py")
"""All that goes into compiled code."""


def _stamp_sources() -> str:
    """Take the digest of all compiled sources.

    Numba's cache looks at the file of a function alone: when a function that it calls changes in
    another file, the old code would run on. So any edit of the core makes all of it compile anew.
    """
    package = Path(__file__).parents[1]
    digest = hashlib.sha256()
    for file in (file for pattern in SOURCES for file in sorted(package.glob(pattern))):
        digest.update(file.read_bytes())
    return digest.hexdigest()


STAMP = _stamp_sources()


class Compiled(CPUDispatcher):
    """Answer Python and compiled code with a function for the types that it is called with."""

    manner = "plain"
    """Part of the stamp of what is on disk: code compiled in another manner is not used."""

    def __init__(self, py_func: Numba, locals: Numba = None, targetoptions: Numba = None, **_: Numba) -> None:
        super().__init__(py_func, locals or {}, targetoptions or OPTIONS)

    @cached_property
    def kept(self) -> FunctionCache:
        """What is on disk of the function; looked for late, since most functions are but parts."""
        self.enable_caching()
        # There is no public way to set the stamp; a test edits a copy of the package to see that it counts.
        self._cache._cache_file._source_stamp = f"{self.manner} {STAMP}"
        return self._cache

    def compile(self, sig: Numba) -> Numba:
        """Make machine code for calls from Python, or find it on disk."""
        assert self.kept
        try:
            return super().compile(sig)
        except Exception as error:
            raise short_error(self.py_func, error) from None

    def types_for(self, args: tuple[Numba, ...]) -> tuple[Numba, ...]:
        """Choose the types that compiled code calls the function with.

        One width of number only: an index read from a narrow column becomes a 64-bit integer. Otherwise
        each mix of widths would cost a compilation of its own, and give results of its own.
        """
        return tuple(_widen(a) for a in args)

    def get_call_template(self, args: Numba, kws: Numba) -> Numba:
        """Tell compiled code what a call gives."""
        _, args = self.fold_argument_types(args, kws)
        args = self.types_for(args)
        if args not in self.overloads:
            try:
                CPUDispatcher.compile(self, args)  # a part, which is not kept on disk
            except Exception as error:
                raise short_error(self.py_func, error) from None
        return super().get_call_template(args, {})


class CompiledAs(Compiled):
    """Be compiled for the types that are declared, whatever the function is called with."""

    declared: tuple[Numba, ...]

    def types_for(self, args: tuple[Numba, ...]) -> tuple[Numba, ...]:
        """Choose the types of a part."""
        return self.declared

    def compile(self, sig: Numba = None) -> Numba:
        """Make machine code for the declared types, or find it on disk."""
        if self._can_compile:
            super().compile(self.declared)
            self.disable_compile()
        return self.overloads[self.declared].entry_point

    def is_on_disk(self) -> bool:
        """Tell whether machine code for the declared types is kept, without loading it."""
        key = self.kept._index_key(self.declared, self.targetctx.codegen())  # no public way to ask
        return key in self.kept._cache_file._load_index()


class Phase(CompiledAs):
    """Be a piece of a tick: large, compiled for the types of its annotations, and kept on disk."""

    @cached_property
    def declared(self) -> tuple[Numba, ...]:  # type: ignore[override]
        """The types of the annotations."""
        hints = get_type_hints(self.py_func)
        return tuple(_type_of(hints[name]) for name in self._compiler.pysig.parameters)

    def get_call_template(self, args: Numba, kws: Numba) -> Numba:
        """Tell compiled code what a call gives; other processes may have compiled the phase already."""
        self.compile()
        return CPUDispatcher.get_call_template(self, self.declared, {})


def _type_of(hint: Numba) -> Numba:
    return {int: types.int64, float: types.float64, bool: types.boolean}.get(hint) or hint.struct


def _widen(argument: Numba) -> Numba:
    kind = types.unliteral(argument)
    if isinstance(kind, types.Integer) and kind != types.uint64:
        return types.int64
    return types.float64 if isinstance(kind, types.Float) else kind
