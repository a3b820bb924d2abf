"""The words of pictures and reports, in English and in Chinese, from one table."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from sim.city.reading.words.account import FILE as ACCOUNT
from sim.errors import InputError
from sim.force.words import FILE as FORCE
from sim.inputs import words

Lang = words.Lang
LANGUAGES = words.LANGUAGES
HERE = Path(__file__).parent
OURS = (
    "texts.toml",
    "texts_study.toml",
    "texts_day.toml",
    "texts_commands.toml",
    "texts_deploy.toml",
    "texts_brief.toml",
    "texts_brief_staffing.toml",
    "texts_replay.toml",
    "sentences.toml",
)
FILES = (*(HERE / name for name in OURS), ACCOUNT, FORCE)


def text(lang: Lang, key: str) -> str:
    """Give a text, such as `text("zh", "map.offences_title")`.

    Raises
    ------
    InputError
        If the language is not one of `LANGUAGES`.
    """
    if lang not in LANGUAGES:
        raise InputError(f"language: must be one of {', '.join(LANGUAGES)}, got {lang!r}")
    return read_texts()[key][lang]


@cache
def read_texts() -> dict[str, dict[str, str]]:
    """Read the table; keys are 'group.name', values map a language to its words."""
    return {key: both for file in FILES for key, both in words.read_words(file).items()}
