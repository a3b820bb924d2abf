"""The words of pictures and reports, in English and in Chinese, from one table."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Literal, get_args

from sim.errors import InputError

Lang = Literal["en", "zh"]
FILES = ("texts.toml", "texts_study.toml")
LANGUAGES: tuple[Lang, ...] = get_args(Lang)


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
    folder = Path(__file__).parent
    groups = {
        group: names
        for file in FILES
        for group, names in tomllib.loads((folder / file).read_text(encoding="utf-8")).items()
    }
    return {f"{group}.{name}": words for group, names in groups.items() for name, words in names.items()}
