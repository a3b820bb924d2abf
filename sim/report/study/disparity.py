"""The table of who pays by group, strategy beside strategy."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np

from sim.outcomes.burden import MEASURES
from sim.report.burden.text import name_group, reading_note
from sim.report.numbers import format_ratio, ratio_ends
from sim.report.study.kept import GROUPS, tabulate_disparity
from sim.report.texts import Lang, text

SHOWN = ("stops", "false_stops", "checks", "visits", "wait", "offences", "trust")
"""Of the measures of `cpsim burden`, those that a chief reads; the picture shows all."""


class Disparity(NamedTuple):
    """Hold the table as a page shows it."""

    policies: list[str]
    rows: list[tuple[str, str, list[tuple[str, str, bool]]]]
    """group, in its first row, measure, and by strategy the ratio, its interval and whether that leaves out 1"""
    note: str


def disparity_table(ledgers: dict[str, list[Path]], lang: Lang) -> Disparity:
    """Lay out the ratios; a measure of which nothing happened under any strategy has no row."""
    ratios = tabulate_disparity(ledgers)
    rows: list[tuple[str, str, list[tuple[str, str, bool]]]] = []
    last = ""
    for group in GROUPS.values():
        for measure in (name for name in MEASURES if name in SHOWN):
            some = ratios[(ratios["group"] == group) & (ratios["measure"] == measure)].set_index("policy")
            cells = [
                _cell(lang, *some.loc[policy, ["ratio", "low", "high"]].to_numpy(np.float64)) for policy in ledgers
            ]
            if any(ratio != "–" for ratio, _, _ in cells):
                first = not rows or group != last
                last = group
                rows.append((name_group(group, lang) if first else "", text(lang, f"burden.{measure}"), cells))
    return Disparity(list(ledgers), rows, reading_note(ratios, lang))


def _cell(lang: Lang, ratio: float, low: float, high: float) -> tuple[str, str, bool]:
    if np.isnan(ratio):
        return "–", "", False
    return format_ratio(ratio), ratio_ends(low, high, lang), bool(low > 1.0 or high < 1.0)
