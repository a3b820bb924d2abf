"""How strategies differ in what residents feel, in shares, odds ratios and standard deviations."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from sim.outcomes.feelings import SHARES, compare_feelings
from sim.report.numbers import format_estimate, format_number
from sim.report.texts import Lang, text

NEEDED = {"policy", "seed", *SHARES.values(), *(f"{feeling}_{of}" for feeling in SHARES for of in ("end", "sd"))}
COLUMNS = ("of", "strategy", "usual", "other", "points", "odds", "sds")


def tabulate_feelings(runs: pd.DataFrame, baseline: str) -> pd.DataFrame:
    """Compare every strategy with the first one; nothing where runs were made before these measures were."""
    return compare_feelings(runs, baseline=baseline) if set(runs.columns) >= NEEDED else pd.DataFrame()


def feeling_lines(runs: pd.DataFrame, baseline: str, lang: Lang = "en") -> list[str]:
    """Tell each difference in a line: who feels safe, is satisfied, trusts."""
    lines = []
    for row in tabulate_feelings(runs, baseline).to_dict("records"):
        told = _told(row, lang)
        if np.isfinite(row["points"]):
            lines.append(text(lang, "feelings.line").format(**told))
    return lines


def describe_feelings(runs: pd.DataFrame, baseline: str, lang: Lang = "en") -> str:
    """Print the table of a page, with how to read it; nothing where there is nothing to compare."""
    rows = [row for row in tabulate_feelings(runs, baseline).to_dict("records") if np.isfinite(row["points"])]
    if not rows:
        return ""
    head = "| " + " | ".join(text(lang, f"feelings.{name}") for name in COLUMNS) + " |"
    told = (_told(row, lang) for row in rows)
    body = ["| " + " | ".join(str(one[name]) for name in COLUMNS) + " |" for one in told]
    return "\n".join([text(lang, "feelings.note"), "", head, "|---|---|---:|---:|---|---|---|", *body])


def _told(row: Mapping[Hashable, Any], lang: Lang) -> dict[str, str]:
    def told(name: str, decimals: int, *, sign: bool) -> str:
        return format_estimate(row[name], row[f"{name}_low"], row[f"{name}_high"], decimals, sign=sign)

    return {
        "of": text(lang, f"feelings.{row['feeling']}"),
        "strategy": row["policy"],
        "usual": f"{format_number(row['baseline_pct'], 1)} %",
        "other": f"{format_number(row['policy_pct'], 1)} %",
        "points": told("points", 2, sign=True),
        "odds": told("odds_ratio", 3, sign=False),
        "sds": told("sd", 3, sign=True),
    }
