"""How the core is compiled: whole for Python, as a part for compiled code, or as a phase of its own.

Left alone, Numba makes machine code of each function and once more of all that it calls, so that a deep
core is compiled many times over. Here a function that compiled code calls is a part: it is lowered once,
linked into whatever calls it, and becomes machine code there and only there. A phase is the border at which
that ends: compiled code calls it at its address, so that the pieces of a tick can be compiled side by side.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

from numba import types
from numba.core.caching import FunctionCache
from numba.core.registry import CPUDispatcher
from numba.core.sigutils import normalize_signature
from numba.core.typing import make_concrete_template

from sim.compiling.linking import Numba, PartCompiler, call_at_address

Function = TypeVar("Function", bound=Callable[..., Any])
OPTIONS = {"nopython": True, "error_model": "numpy", "no_cfunc_wrapper": True}
"""Division by zero gives infinity, as in NumPy; nothing calls the core from C."""
SOURCES = ("agents/**/*.py", "compiling/*.py", "clock.py", "draws.py", "engine.py", "params.py")
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


def compiled(function: Function) -> Function:
    """Compile a function when it is first called; what Python calls is kept on disk."""
    made: Any = Compiled(function)
    return made


def compiled_as(text: str) -> Callable[[Function], Function]:
    """Compile a function for one set of types, whatever it is called with."""

    def make(function: Function) -> Function:
        made: Any = CompiledAs(function)
        made.declared = normalize_signature(text)[0]
        return made

    return make


def phase(function: Function) -> Function:
    """Compile a function to code of its own, which compiled code calls at its address."""
    made: Any = Phase(function)
    return made


class Compiled(CPUDispatcher):
    """Answer Python with a function compiled whole, and compiled code with a part."""

    def __init__(self, py_func: Numba, locals: Numba = None, targetoptions: Numba = None, **_: Numba) -> None:
        super().__init__(py_func, locals, targetoptions or OPTIONS)
        self.parts: dict[tuple[Numba, ...], Numba] = {}
        self.part_compiler = type(self._compiler)(py_func, self.targetdescr, self.targetoptions, {}, PartCompiler)

    @cached_property
    def kept(self) -> FunctionCache:
        """What is on disk of the function; looked for late, since most functions are but parts."""
        self.enable_caching()
        self._cache._cache_file._source_stamp = STAMP  # no public way; tested with an edited copy of the package
        return self._cache

    def compile(self, sig: Numba) -> Numba:
        """Make machine code for calls from Python, or find it on disk."""
        assert self.kept
        return super().compile(sig)

    def types_for(self, args: tuple[Numba, ...]) -> tuple[Numba, ...]:
        """Choose the types of a part.

        One width of number only: an index read from a narrow column becomes a 64-bit integer. Otherwise
        each mix of widths would cost a compilation of its own.
        """
        return tuple(_widen(a) for a in args)

    def get_call_template(self, args: Numba, kws: Numba) -> Numba:
        """Tell compiled code what a call gives."""
        pysig, args = self.fold_argument_types(args, kws)
        args = self.types_for(args)
        if args not in self.parts:
            self.parts[args] = self.part_compiler.compile(args, None)
        return make_concrete_template(self.__name__, self, [self.parts[args].signature]), pysig, args, {}

    def get_overload(self, sig: Numba) -> Numba:
        """Return what compiled code calls the part by."""
        return self.parts[tuple(sig)].entry_point


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
    """Be called at an address by compiled code."""

    @cached_property
    def declared(self) -> tuple[Numba, ...]:  # type: ignore[override]
        """The types of the annotations."""
        hints = get_type_hints(self.py_func)
        return tuple(_type_of(hints[name]) for name in self._compiler.pysig.parameters)

    def compile(self, sig: Numba = None) -> Numba:
        """Make machine code, or find it on disk, and let compiled code know its address."""
        is_new = self._can_compile
        entry = super().compile(sig)
        if is_new:
            call_at_address(f"cpsim.{self.__module__}.{self.__name__}", self.overloads[self.declared], self)
        return entry

    def get_call_template(self, args: Numba, kws: Numba) -> Numba:
        """Tell compiled code what a call gives."""
        pysig, args = self.fold_argument_types(args, kws)
        self.compile()
        return make_concrete_template(self.__name__, self, [self.overloads[self.declared].signature]), pysig, args, {}

    def get_overload(self, _: Numba) -> Numba:
        """Return what compiled code calls the phase by."""
        return self


def _type_of(hint: Numba) -> Numba:
    return {int: types.int64, float: types.float64, bool: types.boolean}.get(hint) or hint.struct


def _widen(argument: Numba) -> Numba:
    kind = types.unliteral(argument)
    if isinstance(kind, types.Integer) and kind != types.uint64:
        return types.int64
    return types.float64 if isinstance(kind, types.Float) else kind
