"""Measures that stand still in a study of levers: a column of zeros is told in a line, with what is known of why."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from sim.outcomes.measures import MEASURES
from sim.report.numbers import format_number
from sim.report.texts import Lang, text

WHY = {
    "checks_per_1000": "why_checks",
    "attended_per_1000": "why_meetings",
    "hours_problem": "why_meetings",
    "diverted_per_1000": "why_diverted",
    "tickets_per_1000": "why_tickets",
    "cell_calls_gini": "why_one_cell",
    "cell_load_gini": "why_one_cell",
    "lasting_agreements_pct": "why_agreements",
    "empty_posts_pct": "why_posts",
    "staff_leaving_a_year": "why_posts",
}
"""What is known of why a measure stands still: what would have to be ordered, drawn or waited for."""


def find_still(runs: pd.DataFrame, measures: Sequence[str]) -> dict[str, float]:
    """Find the measures that are the same in every run, with that value; not a number where no run knows any."""
    still = {}
    for name in measures:
        values = runs[name].dropna().unique()
        if len(values) <= 1:
            still[name] = float(values[0]) if len(values) else float("nan")
    return still


def still_lines(runs: pd.DataFrame, measures: Sequence[str], lang: Lang = "en") -> list[str]:
    """Say of each measure that stands still what it is in every run, and why, as far as that is known."""
    lines = []
    for name, value in find_still(runs, measures).items():
        about = MEASURES[name]
        key = "levers.still" if value == value else "levers.unknown"  # noqa: PLR0124 - not a number
        why = text(lang, f"levers.{WHY.get(name, 'why_other')}")
        shown = format_number(value, about.decimals)
        lines.append(text(lang, key).format(measure=about.label(lang), value=shown, why=why))
    return lines
