"""What the words of a force mean: types of calls and incidents, priorities, roles."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from sim.force.account import Account

WORDS = Path(__file__).with_name("types.toml")
MOST_SHOWN = 12
"""Words of a table that are told, the most frequent first."""


def kinds_of(
    texts: Sequence[str], group: str, given: Mapping[str, str], account: Account, *, by_default: str = ""
) -> list[str]:
    """Give what each word means: as the user says, or by the table of words; the guess is told.

    Parameters
    ----------
    texts
        words as they were written
    group
        table of `types.toml`
    given
        meanings that the user gives, by word; capitals count for nothing
    by_default
        meaning of a word that is not known

    Returns
    -------
    (n,) meanings, '' where a cell is empty
    """
    own = {_plain(word): kind for word, kind in given.items()}
    seen = Counter(texts)
    meaning = {text: _meaning(text, group, own, by_default) for text in seen}
    n_of: dict[str, int] = {}
    shown: dict[str, list[str]] = {}
    for text, n in seen.most_common():
        if text:
            n_of[meaning[text]] = n_of.get(meaning[text], 0) + n
            shown.setdefault(meaning[text], []).append(text)
    for kind, words in shown.items():
        if kind:
            account.read("meaning", kind=f"kinds.{kind}", n=n_of[kind], words=_some(words))
    if shown.get(""):
        account.wrong("no_meaning", n=n_of[""], words=_some(shown[""]),
                      where="[staff.roles]" if group == "roles" else f"[{group}.types]")  # fmt: skip
    return [meaning[text] for text in texts]


def priorities_of(texts: Sequence[str], given: Mapping[str, int], account: Account) -> list[int]:
    """Give the priority of each call, 1 to 3; 0 where it is not known."""
    own = {_plain(word): str(level) for word, level in given.items()}
    level = {text: _priority(text, own) for text in set(texts)}
    seen = Counter(texts)
    shown: dict[int, dict[str, int]] = {}
    for text, n in seen.most_common():
        if text:
            shown.setdefault(level[text], {})[text] = n
    for number, words in sorted(shown.items()):
        if number:
            account.read("priority", level=number, words=dict(list(words.items())[:MOST_SHOWN]))
        else:
            account.wrong("no_priority", n=sum(words.values()), words=list(words)[:MOST_SHOWN])
    return [level[text] for text in texts]


def _priority(text: str, own: Mapping[str, str]) -> int:
    plain = _plain(text)
    if plain in own:
        return int(own[plain])
    digits = re.fullmatch(r"(?:priority|prio|grade|p|code|level)?\s*0*(\d+)(?:\.0+)?\s*级?", plain)
    if digits:
        return min(max(int(digits[1]), 1), 3)
    return next((int(number) for number, words in type_words()["priorities"].items() if plain in words), 0)


def _meaning(text: str, group: str, own: Mapping[str, str], by_default: str) -> str:
    plain = _plain(text)
    if not plain:
        return ""
    if plain in own:
        return own[plain]
    spaced = re.sub(r"[^\w]+", " ", plain.replace("_", " "))
    for kind, words in type_words()[group].items():
        if any(_holds(plain, spaced, word) for word in words):
            return kind.partition("_")[0]
    return by_default


def _holds(plain: str, spaced: str, word: str) -> bool:
    """Tell whether a text holds a word: English ones at the begin of a word, Chinese ones anywhere."""
    if not word.isascii():
        return word in plain
    if "-" in word:
        return word in plain
    end = r"\b" if len(word) < 4 else ""
    return re.search(rf"\b{re.escape(word)}{end}", spaced) is not None


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def _some(words: Sequence[str]) -> list[str]:
    more = [f"+{len(words) - MOST_SHOWN}"] if len(words) > MOST_SHOWN else []
    return [*words[:MOST_SHOWN], *more]


@cache
def type_words() -> dict[str, dict[str, list[str]]]:
    """Read the table of words."""
    table: dict[str, dict[str, list[str]]] = tomllib.loads(WORDS.read_text(encoding="utf-8"))
    return table
