"""How the core is compiled: one decorator for every function of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from numba import njit

Function = TypeVar("Function", bound=Callable[..., Any])


def compiled(function: Function) -> Function:
    """Compile a function at its first call and keep the result on disk.

    Division by zero gives infinity, as in NumPy, instead of a check at every division.
    """
    made: Function = njit(cache=True, error_model="numpy")(function)
    return made


def compiled_as(signature: str) -> Callable[[Function], Function]:
    """Compile a function for one set of types only, for those that are called with integers of every width."""
    return njit(signature, cache=True, error_model="numpy")  # type: ignore[no-any-return]
