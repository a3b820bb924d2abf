"""What strategies cost, in words: who costs more, where the hours go, and what an offence prevented costs."""

from __future__ import annotations

from itertools import product

import pandas as pd

from sim.agents.tables import ACTIVITIES, ROLES
from sim.batch.compare import WITHIN_BUDGET
from sim.outcomes.cost import Verdict, price_prevention
from sim.report.texts import Lang, text

EQUAL_WITHIN = 0.01
"""Costs that differ by less are said to be equal: overtime and rounding to whole officers do as much."""
HOURS = (*(f"hours_{name}" for name in ACTIVITIES if name != "off"), *(f"duty_hours_{role}" for role in ROLES))
"""Measures of where the hours go: by activity, and paid hours by role."""


def cost_sentence(runs: pd.DataFrame, *, baseline: str, lang: Lang = "en") -> str:
    """Say in one sentence which strategies cost how much more or less; '' where all cost the same within 1 %.

    With more officers any strategy can look good, so nobody may read an outcome and miss this.

    Parameters
    ----------
    runs
        one row per run: `policy`, `seed`, `cost_per_1000`
    """
    table = runs.pivot(index="seed", columns="policy", values="cost_per_1000")
    policies = [policy for policy in runs["policy"].unique() if policy != baseline]
    apart = {policy: _dearer_by(table, policy, baseline) for policy in policies}
    listed = [(policy, baseline, by) for policy, by in apart.items() if abs(by) > EQUAL_WITHIN]
    if not listed:  # each may be near the baseline, and two of them not near each other
        widest = [(one, other, _dearer_by(table, one, other)) for one, other in product(policies, policies)]
        listed = sorted((row for row in widest if row[2] > EQUAL_WITHIN), key=lambda row: -row[2])[:1]
    if not listed:
        return ""
    words = ", ".join(
        text(lang, "cost.dearer" if by > 0 else "cost.cheaper").format(
            policy=policy, other=other, percent=f"{100 * abs(by):.1f}"
        )
        for policy, other, by in listed
    )
    paid = any(str(policy).endswith(WITHIN_BUDGET) for policy in policies)
    return text(lang, "cost.unequal").format(listed=words, hint="" if paid else text(lang, "cost.hint"))


def mean_hours(runs: pd.DataFrame) -> pd.DataFrame:
    """Give where the hours of each strategy go: one row per strategy, one column per measure of `HOURS`.

    What no strategy spends an hour on is left out.
    """
    means = runs.groupby("policy", sort=False)[list(HOURS)].mean()
    return means.loc[:, (means > 0.0).any(axis="index")]


def price_lines(runs: pd.DataFrame, *, baseline: str, lang: Lang = "en") -> list[str]:
    """Say of each strategy what an offence prevented costs, or why there is no price."""
    return [_price_line(row, lang) for row in price_prevention(runs, baseline=baseline).to_dict("records")]


def _price_line(row: dict[str, object], lang: Lang) -> str:
    words = text(lang, f"cost.{row['verdict']}")
    if row["verdict"] != Verdict.PRICED:
        return words.format(policy=row["policy"])
    numbers = {name: f"{float(str(row[name])):.1f}" for name in ("price", "low", "high")}
    return words.format(policy=row["policy"], **numbers)


def _dearer_by(table: pd.DataFrame, policy: str, other: str) -> float:
    """Give by what share one costs more than another, over the seeds that both were run with."""
    both = table[[policy, other]].dropna() if policy != other else table[[policy]]
    base = both[other].mean()
    return float(both[policy].mean() / base - 1.0) if len(both) and base > 0.0 else 0.0
