"""Tables of words in English and Chinese, and sentences of which only the English ones were written down in the code.

What a command prints of its own is taken from such a table by its key. What is said deep in the program (why an input
was refused, which file of a run is damaged) is one English sentence there, and is recognised by a template of a table.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Literal, get_args

Lang = Literal["en", "zh"]
LANGUAGES: tuple[Lang, ...] = get_args(Lang)
SLOT = re.compile(r"\{(\w+)\}")
SENTENCES = ("sentence", "first", "second", "third")
"""Slots that hold a sentence: the template fits only where that one is recognised, too."""
SPOKEN = (*SENTENCES, "listed", "unit", "what")
"""Slots whose content is said in Chinese where it can be; in others stands what is the user's own."""
ONE_WORD = ("key", "option", "low", "high")
"""Slots that hold neither a blank nor a colon."""
HINT = re.compile(r" \(did you mean '([^']+)'\?\)")
"""What `sim.inputs.spelling.did_you_mean` puts into any sentence."""
LONGEST = 2000
"""Characters of the longest sentence that is looked at; nobody reads a longer one, whatever its language."""


def read_words(file: Path) -> dict[str, dict[str, str]]:
    """Read one table; keys are 'group.name', values map a language to its words."""
    groups = tomllib.loads(file.read_text(encoding="utf-8"))
    return {f"{group}.{name}": words for group, names in groups.items() for name, words in names.items()}


class Sentences:
    """Recognise English sentences by templates, and say them in Chinese.

    A sentence that fits no template as a whole is not said at all: half of it in each language would help nobody.
    """

    def __init__(self, table: Iterable[Mapping[str, str]], *, hint: str = "") -> None:
        rows = sorted(table, key=lambda words: -len(SLOT.sub("", words["en"])))  # the most particular one first
        self._templates = [(_pattern(words["en"]), words["zh"]) for words in rows]
        self._hint = hint

    def in_chinese(self, sentence: str) -> str | None:
        """Say a sentence in Chinese, or give None where no template fits; the nearest name is offered at its end."""
        if len(sentence) > LONGEST:
            return None
        near = HINT.search(sentence)
        if near is None:
            return self._say(sentence)
        chinese = self._say(HINT.sub("", sentence, count=1))
        return None if chinese is None else chinese + self._hint.format(near=near[1])

    def _say(self, sentence: str) -> str | None:
        for pattern, chinese in self._templates:
            fit = pattern.fullmatch(sentence)
            if fit is None:
                continue
            parts = fit.groupdict()
            said = {name: self._say(parts[name]) for name in SPOKEN if name in parts}
            if all(said[name] is not None for name in SENTENCES if name in said):
                return chinese.format(**parts | {name: words for name, words in said.items() if words is not None})
        return None


def _pattern(template: str) -> re.Pattern[str]:
    """Make a pattern of a template: each slot takes as little as it can."""
    parts = SLOT.split(template)
    words = [_slot(part) if i % 2 else re.escape(part) for i, part in enumerate(parts)]
    return re.compile("".join(words), re.DOTALL)


def _slot(name: str) -> str:
    content = r"[^\s:]+?" if name in ONE_WORD else ".+?"
    return f"(?P<{name}>{content})"
