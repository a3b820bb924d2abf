"""The words in which a reader of streets gives account of what it did, in English and in Chinese."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from sim.inputs.words import Lang, Sentences, read_words

FILE = Path(__file__).with_name("account.toml")


def account_text(lang: Lang, key: str) -> str:
    """Give a text of the table, such as `account_text("zh", "account.lost")`."""
    return _table()[key][lang]


def told_word(word: str, lang: Lang) -> str:
    """Say what a reader counted; the value of a file stays as it stands there."""
    return word if lang == "en" else _told().in_chinese(word) or word


@cache
def _table() -> dict[str, dict[str, str]]:
    return read_words(FILE)


@cache
def _told() -> Sentences:
    return Sentences(words for key, words in _table().items() if key.startswith("told."))
