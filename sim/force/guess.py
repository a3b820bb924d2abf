"""Which column of a table means what: as the user says, or by its name."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from sim.errors import InputError
from sim.force.account import Account
from sim.inputs.spelling import did_you_mean

WORDS = Path(__file__).with_name("columns.toml")
NO_COLUMN = "-"
"""Written in `force.toml` where a meaning has no column, whatever the names."""
LEAST_INSIDE = 5
"""Letters that a word must have, at least, to be known inside of a longer name; two where they are Chinese."""


def find_columns(
    part: str, columns: list[str], given: Mapping[str, str], account: Account, *, also_read: Sequence[str] = ()
) -> dict[str, str]:
    """Give the column of each meaning, for those that have one.

    Parameters
    ----------
    part
        group of `columns.toml`
    given
        columns that the user names; '-' for a meaning that has none
    also_read
        columns that are read otherwise

    Raises
    ------
    InputError
        If the user names a column that is not there.
    """
    words = column_words()[part]
    for meaning, column in given.items():
        if column and column != NO_COLUMN and column not in columns:
            raise InputError(
                f"[{part}.columns] {meaning} must name a column of {account.source}, got {column!r}"
                f"{did_you_mean(column, columns)}; it has {', '.join(columns[:40])}"
            )
    found = {meaning: column for meaning, column in given.items() if column not in {"", NO_COLUMN}}
    silent = {meaning for meaning, column in given.items() if column == NO_COLUMN}
    for match in (_is_same, _is_inside):
        for meaning, known in words.items():
            if meaning in found or meaning in silent:
                continue
            free = [column for column in columns if column not in found.values()]
            fits = next((one for word in known for one in free if match(_letters(word), _letters(one))), None)
            if fits is not None:
                found[meaning] = fits
    shown = {f"meanings.{meaning}": found[meaning] for meaning in words if meaning in found}
    account.read("columns", columns=shown or "-")
    unread = [column for column in columns if column not in found.values() and column not in also_read]
    if unread:
        account.read("columns_not_read", columns=unread[:12], n=len(unread))
    return found


def _is_same(word: str, column: str) -> bool:
    return word == column


def _is_inside(word: str, column: str) -> bool:
    return len(word) >= (LEAST_INSIDE if word.isascii() else 2) and column.startswith(word)


def _letters(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum())


@cache
def column_words() -> dict[str, dict[str, list[str]]]:
    """Read the table of words; incidents are known by the words of calls, too."""
    table: dict[str, dict[str, list[str]]] = tomllib.loads(WORDS.read_text(encoding="utf-8"))
    for meaning, words in table["incidents"].items():
        words += [word for word in table["calls"][meaning] if word not in words]
    return table
