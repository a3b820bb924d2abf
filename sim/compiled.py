"""How the core is compiled: one decorator for every function of it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from numba import njit, types

Function = TypeVar("Function", bound=Callable[..., Any])


def _stamp_sources() -> str:
    """Take the digest of all compiled sources.

    Numba's cache looks at the file of a function alone: when a function that it calls changes in
    another file, the old code would run on. So any edit of the core makes all of it compile anew.
    """
    here = Path(__file__).parent
    digest = hashlib.sha256()
    for file in [*sorted((here / "agents").glob("*.py")), *(here / f"{n}.py" for n in ("draws", "engine", "compiled"))]:
        digest.update(file.read_bytes())
    return digest.hexdigest()


STAMP = _stamp_sources()


def compiled(function: Function) -> Function:
    """Compile a function at its first call and keep the result on disk.

    Calls from other compiled functions are compiled for one width of number only: an index read from
    a narrow column becomes a 64-bit integer. Otherwise each mix of widths would cost a compilation of
    its own, which doubled the time to the first tick. Division by zero gives infinity, as in NumPy.
    """
    made = _make(function)
    find = made.get_call_template

    def find_widened(args: tuple[Any, ...], kws: dict[str, Any]) -> Any:  # noqa: ANN401 - Numba's own types
        return find(tuple(_widen(a) for a in args), {name: _widen(a) for name, a in kws.items()})

    made.get_call_template = find_widened
    return made


def compiled_as(signature: str) -> Callable[[Function], Function]:
    """Compile a function for one set of types, at import."""

    def compile_now(function: Function) -> Function:
        made = _make(function)
        made.compile(signature)
        made.disable_compile()
        return made

    return compile_now


def _make(function: Any) -> Any:  # noqa: ANN401 - Numba's own types
    made: Any = njit(cache=True, error_model="numpy", no_cfunc_wrapper=True)(function)  # type: ignore[call-overload]
    made._cache._cache_file._source_stamp = STAMP  # no public way; tested with an edited copy of the package
    return made


def _widen(argument: Any) -> Any:  # noqa: ANN401 - a Numba type
    kind = types.unliteral(argument)
    if isinstance(kind, types.Integer) and kind != types.uint64:
        return types.int64
    return types.float64 if isinstance(kind, types.Float) else kind
