"""What a source told and this reader could not use: counted while reading, named in the report."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from sim.city.reading.words.account import account_text, told_word
from sim.inputs.words import Lang

MOST_NAMED = 8
"""So many different values are named in one sentence; the rest are counted."""

MOST_COLUMNS = 30
"""So many columns that were not read are named; exports of OpenStreetMap have hundreds."""


@dataclass(frozen=True)
class Told:
    """Count the lines of a source that were left out, and the values that have no meaning here.

    Nothing that a file says is dropped without a word: what is not understood is named with its value,
    so that whoever made the file can see which word to change.
    """

    left_out: Counter[str] = field(default_factory=Counter)
    """lines that are no streets, by the value that says so, such as `highway=footway`"""
    not_understood: Counter[str] = field(default_factory=Counter)
    """lines with a value that has no meaning here, by the value and what was assumed instead"""
    read_from: dict[str, list[str]] = field(default_factory=dict)
    """columns of a table from which class, one-way, speed and access were read; empty for a source without columns"""
    not_read: list[str] = field(default_factory=list)
    """columns of a table that hold something and from which nothing was read"""
    missing: Counter[str] = field(default_factory=Counter)
    """what a source ought to say and does not, by what was assumed instead"""
    unknown_class: Counter[str] = field(default_factory=Counter)
    """lines left out since the word for their class has no meaning here; `not_understood` names them as well"""
    lines: Counter[str] = field(default_factory=Counter)
    """lines of the source that were `read`, and those of them that were `used`"""

    def account(self) -> dict[str, object]:
        """Say what became of every line of the source: those read are those used and those left out, by reason."""
        return {
            "lines_read": self.lines["read"],
            "lines_used": self.lines["used"],
            "lines_left_out": dict(self.left_out + self.unknown_class),
            "not_understood": dict(self.not_understood),
            "missing": dict(self.missing),
        }

    def sentences(self, lang: Lang = "en") -> list[str]:
        """Say it for the report, most frequent first."""
        counts = {"left_out": self.left_out, "not_understood": self.not_understood, "missing": self.missing}
        counted = [
            account_text(lang, f"account.{key}").format(n=sum(words.values()), words=name_words(words, lang))
            for key, words in counts.items()
            if words
        ]
        if not self.read_from:
            return counted
        nothing, comma = account_text(lang, "account.no_column"), account_text(lang, "account.comma")
        columns = [
            account_text(lang, "account.read_column").format(
                what=account_text(lang, f"account.{what}"), names=comma.join(names) or nothing
            )
            for what, names in self.read_from.items()
        ]
        joined = account_text(lang, "account.semicolon").join(columns)
        unread = comma.join(_few(self.not_read, lang))
        told = [account_text(lang, "account.not_read").format(columns=unread)] if unread else []
        return [account_text(lang, "account.read").format(columns=joined), *told, *counted]

    def why_none(self) -> str:
        """Name what stands in the place of streets, for the error of a source that has none."""
        words = self.left_out + self.not_understood + self.missing
        return f"there is {name_words(words)}; " if words else ""


def _few(names: list[str], lang: Lang) -> list[str]:
    others = len(names) - MOST_COLUMNS
    more = account_text(lang, "account.more_columns").format(n=others)
    return [*names[:MOST_COLUMNS], more] if others > 0 else names


def name_words(words: Counter[str], lang: Lang = "en") -> str:
    """Name the most frequent values with their counts, and say how many others there are."""
    ordered = sorted(words.items(), key=lambda item: (-item[1], item[0]))
    named = [(told_word(word, lang), count) for word, count in ordered[:MOST_NAMED]]
    others = sum(count for _, count in ordered[MOST_NAMED:])
    if others:
        named.append((account_text(lang, "account.others"), others))
    each = (account_text(lang, "account.word").format(word=word, n=count) for word, count in named)
    return account_text(lang, "account.semicolon").join(each)
