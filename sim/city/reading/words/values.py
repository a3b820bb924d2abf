"""Single values of a source: lists written as text, blanks, words in any case."""

from __future__ import annotations

import ast
import math
import re


def first_value(value: object) -> str | None:
    """Give the first of several values: graphs that were simplified keep lists, written as text.

    A blank is no value: tables without a place for "missing" write one. A whole number with a point, which a
    column of whole numbers becomes when one is missing, loses it.
    """
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return None
    text = str(value).strip()
    if text.startswith("[") and text.endswith("]"):
        try:
            value = ast.literal_eval(text)
        except (ValueError, SyntaxError):  # a list in another hand than Python's
            value = [word.strip() for word in text[1:-1].split(",")]
    if isinstance(value, (list, tuple)):
        return first_value(value[0]) if value else None
    if text in ("", "<NA>", "NaT"):
        return None
    return re.sub(r"^(-?\d+)\.0+$", r"\1", text)


def key_of(word: str) -> str:
    """Write a word as OpenStreetMap would: small letters, joined by underscores."""
    return re.sub(r"[^\w:+-]+", "_", word.strip().casefold()).strip("_").replace("_-_", "_")


def metres_given(value: object) -> tuple[float, str]:
    """Read a length in metres: NaN when there is none, and the word itself when it is no number."""
    word = first_value(value)
    if word is None:
        return math.nan, ""
    try:
        return float(word), ""
    except ValueError:
        return math.nan, word
