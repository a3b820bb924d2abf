"""TOML as users write it and as the program writes it back."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import tomli_w

from sim.errors import InputError

MOST = 2**63 - 1
"""Largest whole number that TOML, and every column of a table, can hold."""


def read_named_toml(path: Path, what: str) -> dict[str, Any]:
    """Read a TOML file that a user names; `what` says in an error what it must be.

    Raises
    ------
    InputError
        If there is no such file, or it is no TOML in UTF-8.
    """
    if not path.is_file():
        raise InputError(f"{what} must be a TOML file that exists, got {str(path)!r}")
    return read_toml(path)


def read_toml(path: Path) -> dict[str, Any]:
    """Read a TOML file.

    Raises
    ------
    InputError
        If it is no TOML in UTF-8, or holds a number that TOML does not have.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")  # some editors put a mark before the text
    except UnicodeDecodeError as error:
        raise InputError(f"{path} must be a TOML file in UTF-8, but reading it failed: {error}") from error
    return parse_toml(text, where=str(path))


def parse_toml(text: str, *, where: str) -> dict[str, Any]:
    """Read TOML; `where` names its origin in an error."""
    try:
        values = tomllib.loads(text)
        refuse_huge(values)
    except (ValueError, RecursionError) as error:  # whole numbers of more digits than Python reads; tables in tables
        reason = "too many brackets in brackets" if isinstance(error, RecursionError) else str(error).split(";")[0]
        raise InputError(f"{where} must be a TOML file in UTF-8, but reading it failed: {reason}") from error
    return values


def read_value(text: str) -> object:
    """Read one value as TOML would; a bare word is text."""
    try:
        values = tomllib.loads(f"value = {text}")
    except tomllib.TOMLDecodeError:
        return text
    except (ValueError, RecursionError) as error:
        raise InputError(f"a value must be a number, a text or a list that TOML can hold, got {text!r}") from error
    if values.keys() != {"value"}:  # a line break and another key behind the value
        return text
    try:
        refuse_huge(values)
    except ValueError as error:
        raise InputError(str(error)) from error
    return values["value"]


def write_toml(values: Mapping[str, Any]) -> str:
    """Write values so that TOML reads them back, whatever the text in them."""
    return tomli_w.dumps(values)


def write_comment(text: str) -> str:
    """Write a comment on one line, without the letters that TOML refuses in one."""
    return f"# {''.join(letter if letter.isprintable() else ' ' for letter in text)}"


def refuse_huge(value: object) -> None:
    """Refuse whole numbers beyond 64 bits, which no later step can hold.

    Raises
    ------
    ValueError
        With one sentence.
    """
    if isinstance(value, int) and not -MOST - 1 <= value <= MOST:
        raise ValueError(f"whole numbers must lie between -2**63 and 2**63 - 1, got one of {value.bit_length()} bits")
    parts = value.values() if isinstance(value, Mapping) else value if isinstance(value, list | tuple | set) else ()
    for part in parts:
        refuse_huge(part)
