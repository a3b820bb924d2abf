"""All that is told of a set of histories, worked out once for page, picture and tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from sim.batch.history.arms import Histories, Mark, called, marks_of
from sim.batch.history.effects import tabulate_effects
from sim.batch.history.figures import FIGURES, tabulate
from sim.batch.history.many import Made
from sim.batch.history.published import Published, read_published
from sim.batch.history.verdicts import Collected, judge_pairs
from sim.statistics.apart import spread_over
from sim.statistics.estimates import Estimate, mean_estimate

ENDS = {"%": 100.0, "0 to 1": 1.0}
"""Largest value of a figure by its unit: no interval reaches beyond it."""
PAIRED = ("one", "other", "way")


@dataclass(frozen=True)
class Answer:
    """Hold what the runs of a set of histories say."""

    made: Made
    published: Sequence[Published]
    collected: Collected
    marks: Sequence[Mark]
    years: pd.DataFrame
    months: pd.DataFrame
    effects: pd.DataFrame
    pairs: pd.DataFrame

    @property
    def arms(self) -> list[str]:
        """List the keys of the histories."""
        return list(self.made.worlds)

    @property
    def n_sets(self) -> int:
        """Count the parameter sets."""
        return len(self.made.sets)

    def name(self, arm: str, lang: str) -> str:
        """Give the name of a history."""
        return called(self.made.histories.arms[arm].name, lang)

    def estimate(self, table: pd.DataFrame, arm: str, period: str, figure: str) -> Estimate:
        """Give a figure of a history in a period: its mean and interval over seeds, or over parameter sets and seeds.

        With several sets the interval is that of their means: how far what is plausible reaches, beside which the
        chance of the seeds is small.
        """
        own = table[(table["arm"] == arm) & (table["period"] == period)]
        if self.n_sets == 1:
            value, low, high = mean_estimate(own[figure].to_numpy(np.float64))
            return Estimate(value, max(low, 0.0), min(high, ENDS.get(FIGURES[figure].unit_en, np.inf)))
        means = own.groupby("set")[figure].mean().reindex(range(self.n_sets))
        return Estimate(*spread_over(means.to_numpy(np.float64), np.asarray(self.made.weights)))


def answer(made: Made, published: Sequence[Published], collected: Collected) -> Answer:
    """Work out years, months, effects and verdicts."""
    months = made.months
    own = months[months["arm"].isin(list(made.worlds))]
    return Answer(
        made,
        published,
        collected,
        marks_of(made.histories, made.base),
        tabulate(own, "year"),
        tabulate(own, "month"),
        tabulate_effects(made),
        judge_pairs(made, published, collected),
    )


def published_of(histories: Histories, folder: Path) -> list[Published]:
    """Read the published figures that a file of histories names; none where it names no file."""
    return read_published(folder / histories.published) if histories.published else []


def over_sets(pairs: pd.DataFrame) -> pd.DataFrame:
    """Put the verdicts of all parameter sets together: the power in the middle, and the widest interval.

    Returns
    -------
    table
        one row per pair and way: `figure` of most sets, `power`, `low`, `high`, `needed` (the largest; not a number
        where no survey would do under some set)
    """
    rows = []
    for key, own in pairs.groupby(list(PAIRED), sort=False):
        figure = own["figure"].value_counts().idxmax()
        needed = own["needed"].max() if own["needed"].notna().all() else np.nan
        rows.append((*key, figure, own["power"].median(), own["low"].min(), own["high"].max(), needed))
    return pd.DataFrame(rows, columns=[*PAIRED, "figure", "power", "low", "high", "needed"])


def write_tables(told: Answer, out: Path) -> list[Path]:
    """Write `years.csv`, `months.csv`, `effects.csv` and `pairs.csv`, with the English name of each history."""
    tables = {"years": told.years, "months": told.months, "effects": told.effects, "pairs": told.pairs}
    files = []
    for name, table in tables.items():
        named = [column for column in ("arm", "one", "other") if column in table]
        words = {f"{column}_name": table[column].map(lambda key: told.name(key, "en")) for column in named}
        files.append(out / f"{name}.csv")
        table.assign(**words).round({figure: about.decimals + 3 for figure, about in FIGURES.items()}).to_csv(
            files[-1], index=False
        )
    return files
