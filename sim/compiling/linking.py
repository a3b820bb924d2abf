"""Compile the core fast: parts are linked in, phases are called at their address.

Left alone, Numba optimises a function and makes machine code of it before it links it into its callers, which
do the same again, so that a deep core is compiled many times over. Here a function that compiled code calls is a
part: it is typed and lowered once, what calls it takes it in as it is, and it becomes machine code there and
only there. A phase is the border at which that ends: compiled code calls it at its address, so that the pieces
of a tick can be compiled side by side.

This module is the only one that builds on the inside of Numba's compiler. It is used with the versions in
`RUN_WITH` alone, which pyproject allows and a release runs; with any other `sim.compiling.plain` does the work.
"""

from __future__ import annotations

import copy
from functools import partial
from importlib import import_module

import llvmlite.binding as llvm
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import CompilerBase, DefaultPassBuilder
from numba.core.compiler_machinery import register_pass
from numba.core.typed_passes import NativeLowering
from numba.core.typing import make_concrete_template

from sim.compiling import plain
from sim.compiling.faults import short_error
from sim.compiling.plain import Numba


class PartLibrary(JITCodeLibrary):
    """Hold a function that is only there to be linked into others: no machine code is made of it alone."""

    def finalize(self) -> None:
        """Leave the function as it is."""
        self._finalized = True


class AddressLibrary(PartLibrary):
    """Stand for a phase among the libraries of what calls it: nothing to link, but something to load before."""

    def __init__(self, codegen: Numba, module: str, name: str) -> None:
        super().__init__(codegen, f"{module}.{name}")
        self._reload_init.add(partial(load_phase, module, name))

    def _get_module_for_linking(self) -> Numba:
        return self._final_module


@register_pass(mutates_CFG=True, analysis_only=False)
class LowerPart(NativeLowering):
    """Lower a function without making machine code of it, and register it for its callers."""

    _name = "lower_part"

    def run_pass(self, state: Numba) -> bool:
        """Lower; a caller is linked with the part and all that the part calls."""
        library = state.library = PartLibrary(state.targetctx.codegen(), state.func_id.func_qualname)
        state.flags.no_compile = state.flags.no_cpython_wrapper = True
        super().run_pass(state)
        key = object()
        libraries = dict.fromkeys([library, *library._linking_libraries])
        state.targetctx.insert_user_function(key, state.cr.fndesc, list(libraries))
        state.cr = state.cr._replace(cfunc=key)
        return True


class PartCompiler(CompilerBase):
    """Compile as Numba does, up to machine code."""

    def define_pipelines(self) -> list[Numba]:
        """List the passes: those of Numba, but the last of them but one."""
        passes = DefaultPassBuilder.define_nopython_pipeline(self.state)
        passes.passes = [(LowerPart if p is NativeLowering else p, text) for p, text in passes.passes]
        passes.finalize()
        return [passes]


def call_at_address(symbol: str, made: Numba, phase: Numba) -> None:
    """Let compiled code call what was made of a phase by its address, which it finds under a symbol."""
    llvm.add_symbol(symbol, made.library.get_pointer_to_function(made.fndesc.mangled_name))
    called = copy.copy(made.fndesc)
    called.mangled_name = symbol
    context = made.target_context
    context.insert_user_function(phase, called, [AddressLibrary(context.codegen(), phase.__module__, phase.__name__)])


def load_phase(module: str, name: str) -> None:
    """Load a phase from disk before code from disk that calls it."""
    getattr(import_module(module), name).compile()


class Part(plain.Compiled):
    """Be taken in by compiled code as a part, without machine code of its own."""

    manner = "linked"

    def __init__(self, py_func: Numba, locals: Numba = None, targetoptions: Numba = None, **more: Numba) -> None:
        super().__init__(py_func, locals, targetoptions, **more)
        self.parts: dict[tuple[Numba, ...], Numba] = {}
        self.part_compiler = type(self._compiler)(py_func, self.targetdescr, self.targetoptions, {}, PartCompiler)

    def get_call_template(self, args: Numba, kws: Numba) -> Numba:
        """Tell compiled code what a call gives."""
        pysig, args = self.fold_argument_types(args, kws)
        args = self.types_for(args)
        if args not in self.parts:
            try:
                self.parts[args] = self.part_compiler.compile(args, None)
            except Exception as error:
                raise short_error(self.py_func, error) from None
        return make_concrete_template(self.__name__, self, [self.parts[args].signature]), pysig, args, {}

    def get_overload(self, sig: Numba) -> Numba:
        """Return what compiled code calls the part by."""
        return self.parts[tuple(sig)].entry_point


class PartAs(Part, plain.CompiledAs):
    """Be a part for the types that are declared."""


class Phase(plain.Phase):
    """Be called at an address by compiled code."""

    manner = "linked"

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
