"""What remains of a comparison when every strategy had its chance: a compact table for the page of a comparison."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from sim.batch.compare import Comparison
from sim.outcomes.measures import BETTER, MEASURES
from sim.report.numbers import format_interval, known, p_value
from sim.report.texts import Lang, text
from sim.statistics.contrasts import contrasts

COLUMNS = ("measure", "strategy", "all", "p_holm", "saved")


def tabulate_contrasts(comparison: Comparison) -> pd.DataFrame:
    """Compare every strategy with the first one, in every measure; docs/comparison.md tells the columns."""
    if comparison.differences.empty:
        return pd.DataFrame()
    return contrasts(comparison.runs, comparison.strategies[0], list(MEASURES), better=BETTER)


def describe_contrasts(table: pd.DataFrame, baseline: str, lang: Lang, measures: Sequence[str]) -> str:
    """Print intervals that hold for all strategies together, adjusted p values, and what pairs saved.

    Who is likely to be best stands in the file alone: a page that ranked strategies by one measure would hide what the
    others say. Nothing where a single pair leaves no interval.
    """
    if table.empty:
        return ""
    shown = [table[table["measure"] == name] for name in measures]
    rows = [row for part in shown for row in part.to_dict("records") if np.isfinite(row["all_low"])]
    if not rows:
        return ""
    head = "| " + " | ".join(text(lang, f"contrasts.{name}") for name in COLUMNS) + " |"
    note = text(lang, "contrasts.note").format(baseline=baseline)
    return "\n".join([note, "", head, "|---|---|---|---:|---:|", *(_line(row, lang) for row in rows)])


def _line(row: dict[str, float], lang: Lang) -> str:
    about = MEASURES[str(row["measure"])]
    interval = format_interval(row["all_low"], row["all_high"], about.decimals + 1, sign=True)
    cells = (about.label(lang), row["policy"], interval, p_value(row["p_holm"]))
    return "| " + " | ".join(str(cell) for cell in cells) + f" | {known(row['variance_ratio'], '{:.1f}')} |"
