"""An answer in a sentence, and how sure it is: in units of this city, rounded as one would say it."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from typing import Any

from sim.inputs.words import LANGUAGES, Lang
from sim.report.brief.numbers import say_number, say_signed
from sim.report.card.validity import validity_line
from sim.scenarios.scenario import Scenario
from sim.web.words import Both, say

Row = Mapping[str, Any]
IN_SENTENCE = ("crime", "safe", "response", "cost")


def sentence_of(rows: list[dict[str, Any]], names: Mapping[str, Both], n: int, of: int) -> Both:
    """Say what the second side would change against the first, clause by clause, and after how many pairs."""
    by_key = {row["key"]: row for row in rows}
    return {lang: _sentence(by_key, names, n, of, lang) for lang in LANGUAGES}


def _sentence(rows: Mapping[str, Row], names: Mapping[str, Both], n: int, of: int, lang: Lang) -> str:
    a, b = names["today"][lang], names["instead"][lang]
    head = say(lang, "answer.other_force", b=b) if a == b else say(lang, "answer.head", a=a, b=b)
    if n < 2:
        return head + say(lang, "answer.too_early", n=n, of=of)
    clauses = [_clause(key, rows[key], lang) for key in IN_SENTENCE]
    tail = say(lang, "answer.after", n=n, of=of) if n < of else say(lang, "answer.all", n=n)
    return head + say(lang, "answer.comma").join(clauses) + say(lang, "answer.stop") + tail


def _clause(key: str, row: Row, lang: Lang) -> str:
    low, high, difference = float(row["low"]), float(row["high"]), float(row["difference"])
    if row["exact"] in ("equal", "same", "tiny"):
        return say(lang, f"answer.{key}_same")
    if row["verdict"] == "unclear" or not isfinite(low):
        return say(lang, f"answer.{key}_unclear", low=say_signed(low), high=say_signed(high))
    ends = sorted((abs(low), abs(high)))
    way = "more" if difference > 0.0 else "less"
    return say(
        lang, f"answer.{key}_{way}", n=say_number(abs(difference)), low=say_number(ends[0]), high=say_number(ends[1])
    )


def sureness(n: int, of: int, scenario: Scenario) -> list[Both]:
    """Say in three lines how sure an answer is: as to chance, as to parameters, as to the model."""
    chance = "sure.chance" if n > 1 else "sure.one"
    return [
        {lang: say(lang, chance, n=n, of=of) for lang in LANGUAGES},
        {lang: say(lang, "sure.parameters") for lang in LANGUAGES},
        {lang: validity_line(scenario, lang) for lang in LANGUAGES},
    ]
