"""The words of the server, in both languages at once: the page chooses."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from sim.inputs.words import LANGUAGES, Lang, read_words
from sim.report.sentences import in_language

FILE = Path(__file__).with_name("words.toml")
Both = dict[str, str]
"""A text by language."""


@cache
def _table() -> dict[str, dict[str, str]]:
    return read_words(FILE)


def say(lang: Lang, key: str, **slots: Any) -> str:  # noqa: ANN401 - whatever a sentence is filled with
    """Say a text in one language."""
    return _table()[key][lang].format(**slots)


def both(key: str, **slots: Any) -> Both:  # noqa: ANN401 - whatever a sentence is filled with
    """Say a text in both languages; a slot that is such a pair is said in each."""
    return {
        lang: say(
            lang, key, **{name: value[lang] if isinstance(value, dict) else value for name, value in slots.items()}
        )
        for lang in LANGUAGES
    }


def problem(sentence: str) -> Both:
    """Say what was refused deep in the program: in Chinese where the sentence is known."""
    return {lang: in_language(sentence, lang) for lang in LANGUAGES}
