"""How the core is compiled: one decorator for every function of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from numba import njit, types

Function = TypeVar("Function", bound=Callable[..., Any])


def compiled(function: Function) -> Function:
    """Compile a function at its first call and keep the result on disk.

    Calls from other compiled functions are compiled for one width of number only: an index read from
    a narrow column becomes a 64-bit integer. Otherwise each mix of widths would cost a compilation of
    its own, which doubled the time to the first tick. Division by zero gives infinity, as in NumPy.
    """
    made: Any = njit(cache=True, error_model="numpy", no_cfunc_wrapper=True)(function)  # type: ignore[call-overload]
    find = made.get_call_template

    def find_widened(args: tuple[Any, ...], kws: dict[str, Any]) -> Any:  # noqa: ANN401 - Numba's own types
        return find(tuple(_widen(a) for a in args), {name: _widen(a) for name, a in kws.items()})

    made.get_call_template = find_widened
    return made


def compiled_as(signature: str) -> Callable[[Function], Function]:
    """Compile a function for one set of types, at import."""
    return njit(signature, cache=True, error_model="numpy", no_cfunc_wrapper=True)  # type: ignore[call-overload]


def _widen(argument: Any) -> Any:  # noqa: ANN401 - a Numba type
    kind = types.unliteral(argument)
    if isinstance(kind, types.Integer) and kind != types.uint64:
        return types.int64
    return types.float64 if isinstance(kind, types.Float) else kind
