"""How compiled functions are put together: parts are linked in, phases are called at their address.

Numba optimises a function and makes machine code of it before it links it into its callers, which do the
same again. A part waits instead: it is typed and lowered, and what calls it takes it in as it is. This
module is the only one that builds on the inside of Numba's compiler.
"""

from __future__ import annotations

import copy
from functools import partial
from importlib import import_module
from typing import Any

import llvmlite.binding as llvm
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import CompilerBase, DefaultPassBuilder
from numba.core.compiler_machinery import register_pass
from numba.core.typed_passes import NativeLowering

Numba = Any
"""An object of Numba's own: it declares no types that could be checked."""


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
