"""The nearest of the names that are understood, for a user who wrote one that is not."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

NEAR = 0.6
"""Least share of letters in common (`difflib`) at which a name is offered."""


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Give the known name that a user most probably meant, or None where none is near.

    Capitals, dots, dashes and underscores count for nothing: `demand_other_calls` is `demand.other_calls`. A name
    without its group is compared with the last part of dotted names: `n_residents` is `people.n_residents`.
    """
    spelt = {_letters(one): one for one in sorted(known, reverse=True)}
    ends = {_letters(one.rpartition(".")[2]): one for one in spelt.values()}
    written = _letters(name)
    last = _letters(name.rpartition(".")[2])
    if written in spelt or last in ends:
        return spelt.get(written, ends.get(last))
    for names in (spelt, ends):
        close = get_close_matches(written, names, n=1, cutoff=NEAR)
        if close:
            return names[close[0]]
    return None


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Offer the nearest name in brackets, to be put behind the wrong one; nothing where none is near."""
    near = nearest(name, known)
    return "" if near is None else f" (did you mean {near!r}?)"


def _letters(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum())
