"""Checks of what a strategy hands to the functions that it calls: a wrong argument is told, never answered by nothing.

A list that comes back empty because a word was meant where a number is due looks like a quiet city.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

import numpy as np

from sim import roles
from sim.errors import InputError
from sim.params import CRIMES

ROLES = roles.ROLES


def check_number(
    value: object, name: str, *, low: float = -np.inf, high: float = np.inf, above: float = -np.inf
) -> float:
    """Refuse what is no number or out of range.

    Parameters
    ----------
    low, high
        range, both ends allowed
    above
        the number must be larger than this

    Raises
    ------
    InputError
        If it is no finite number of the range; `True` and `"3"` are none.
    """
    must = f"{name} must be a number{_in_words(low, high, above)}"
    if not isinstance(value, int | float | np.integer | np.floating) or isinstance(value, bool):
        raise InputError(f"{must}, got {value!r}")
    number = float(value)
    if not (np.isfinite(number) and low <= number <= high and number > above):
        raise InputError(f"{must}, got {number:g}")
    return number


def check_types(types: object) -> list[int] | None:
    """Refuse types of crime that are no index into `CRIMES`.

    Raises
    ------
    InputError
        If a word or a number that no crime has stands among them.
    """
    if types is None:
        return None
    given: list[object] = list(types) if isinstance(types, Iterable) and not isinstance(types, str) else []
    fits = [_is_place(kind, len(CRIMES)) for kind in given]
    if isinstance(types, str) or not isinstance(types, Iterable) or not all(fits):
        wrong = given[fits.index(False)] if given else types
        number = CRIMES.index(str(wrong)) if str(wrong) in CRIMES else 1
        known = ", ".join(f"{number} {crime}" for number, crime in enumerate(CRIMES))
        raise InputError(f"types must be a list of numbers of crimes ({known}), got {types!r}; try types=[{number}]")
    return [int(str(kind)) for kind in given]


def check_roles(roles: Iterable[str]) -> tuple[str, ...]:
    """Refuse roles that no officer has.

    Raises
    ------
    InputError
        If one is unknown, or a single word was given where a list of words is due.
    """
    given = [roles] if isinstance(roles, str) else list(roles)
    for role in given:
        if role not in ROLES:
            near = get_close_matches(str(role), ROLES, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise InputError(f"a role must be one of {', '.join(ROLES)}, got {role!r}{hint}")
    if isinstance(roles, str):
        raise InputError(f"roles must be a list of roles, got {roles!r}; try ({roles!r},)")
    return tuple(given)


def check_place(place: int, n_on_duty: int) -> int:
    """Refuse a place in `seen.on_duty` that is none: another officer would get the order.

    Raises
    ------
    InputError
        If it is no whole number from 0 to the last officer on duty.
    """
    if not _is_place(place, n_on_duty):
        raise InputError(
            f"an officer must be given by the place in `seen.on_duty`, from 0 to {n_on_duty - 1}, got {place!r}; "
            "`places_with_role` gives such places"
        )
    return int(place)


def _is_place(value: object, n: int) -> bool:
    """Tell whether a value is a whole number from 0 to `n` - 1; `True` is none."""
    return isinstance(value, int | np.integer) and not isinstance(value, bool) and 0 <= int(value) < n


def _in_words(low: float, high: float, above: float) -> str:
    if low > -np.inf and high < np.inf:
        return f" from {low:g} to {high:g}"
    words = ((above, f" of more than {above:g}"), (low, f" of {low:g} or more"), (-high, f" of {high:g} or less"))
    return next((word for limit, word in words if limit > -np.inf), "")
