"""Every sentence of this package, in English and in Chinese, from one table."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from sim.force.account import Note
from sim.inputs.words import Lang, read_words

FILE = Path(__file__).with_name("words.toml")
INNER = ("reasons", "parts", "places", "roles", "meanings", "kinds", "rates")
"""Groups whose words may stand inside of a sentence: a value 'reasons.total' is said by them."""


def say(lang: Lang, key: str, **values: object) -> str:
    """Say a sentence of the table; numbers get their marks for thousands, and words of the table are said."""
    return _table()[key][lang].format(**{name: _shown(value, lang) for name, value in values.items()})


def say_note(note: Note, lang: Lang) -> str:
    """Say a note of an account."""
    return say(lang, f"notes.{note.key}", **note.values)


def _shown(value: object, lang: Lang) -> str:
    if isinstance(value, str):
        group = value.partition(".")[0]
        return _table()[value][lang] if group in INNER and value in _table() else value
    if isinstance(value, list | tuple):
        return ("、" if lang == "zh" else ", ").join(_shown(one, lang) for one in value)
    if isinstance(value, dict):
        one = "{}（{}）" if lang == "zh" else "{} ({})"
        parts = [one.format(_shown(str(name), lang), _shown(number, lang)) for name, number in value.items()]
        return ("、" if lang == "zh" else ", ").join(parts)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    return f"{value:,}" if isinstance(value, int) else f"{value:,.3g}" if abs(value) < 1000 else f"{value:,.0f}"


@cache
def _table() -> dict[str, dict[str, str]]:
    return read_words(FILE)
