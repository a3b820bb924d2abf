"""What a report says of one scenario, before it is put into words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from sim.batch.decide import Decided, Option, decide
from sim.batch.staffing.targets import Target, read_targets
from sim.batch.store.read import StudyRuns
from sim.batch.study.study import Study
from sim.errors import InputError
from sim.outcomes.measures import MEASURES, choose_headline
from sim.report.names import strategy_name
from sim.report.study.numbers import compare_arms, tabulate_means
from sim.report.texts import Lang

COST = "cost_per_1000"


@dataclass(frozen=True)
class Place:
    """Hold the numbers of one scenario."""

    scenario: str
    study: Study
    baseline: str
    outcome: str
    """what the decision is about"""
    measures: tuple[str, ...]
    every_run: pd.DataFrame
    """one row per run, with `policy`, `seed`, `point` and `run`"""
    runs: pd.DataFrame
    """one row per strategy and seed, the mean over the points of the design"""
    means: pd.DataFrame
    differences: pd.DataFrame
    targets: tuple[Target, ...]
    meets: pd.DataFrame
    """`policy`, `target`, `value`, `low`, `high`, `met`: 'yes', 'no' or 'unsure'"""
    options: tuple[Option, ...]
    decided: Decided

    @property
    def policies(self) -> list[str]:
        """List the strategies, the baseline first."""
        return list(self.runs["policy"].unique())

    @property
    def shown(self) -> str:
        """Name the option that maps and what would change the answer are about: the recommended one, or the best."""
        if self.decided.named:
            return self.decided.named[0]
        some = [one for one in self.options if one.meets] or self.options
        return max(some, key=lambda one: one.gain).label if some else self.baseline

    @property
    def is_varied(self) -> bool:
        """Tell whether a design has several points here."""
        return bool(self.every_run["point"].nunique() > 1)

    @property
    def seeds(self) -> int:
        """Count the seeds that all strategies were run with."""
        return int(self.differences["n_pairs"].min()) if len(self.differences) else self.runs["seed"].nunique()

    def difference(self, policy: str, measure: str) -> dict[str, Any]:
        """Give the row of one strategy and measure."""
        table = self.differences
        row: dict[str, Any] = table[(table["policy"] == policy) & (table["measure"] == measure)].iloc[0].to_dict()
        return row


def make_places(study: StudyRuns, lang: Lang = "en") -> list[Place]:
    """Work out the numbers of every scenario of a study, in its order, under the names that people read."""
    names = list(dict.fromkeys(study.arms["scenario"]))
    return [make_place(study, name, lang) for name in names if (study.runs["scenario"] == name).any()]


def make_place(study: StudyRuns, scenario: str, lang: Lang = "en") -> Place:
    """Work out the numbers of one scenario.

    From here on strategies have the names that people read: those of the study, or of the language.

    Raises
    ------
    InputError
        If the baseline has no run here yet.
    """
    asked = study.study
    called = {label: strategy_name(label, lang, asked.names) for label in dict.fromkeys(study.arms["strategy"])}
    baseline = called.get(study.baseline, study.baseline)
    every = study.runs[study.runs["scenario"] == scenario].rename(columns={"strategy": "policy"})
    every = every.assign(policy=every["policy"].map(called))
    if baseline not in set(every["policy"]):
        raise InputError(
            f"{study.path} has no run of the baseline {baseline!r} in {scenario} yet: run the sweep, or wait"
        )
    outcome = asked.decided_by
    targets = read_targets(_with_budget(asked))
    wanted = dict.fromkeys((outcome, *asked.outcomes))
    measures = choose_headline(tuple(dict.fromkeys((*choose_headline(tuple(wanted)), COST))))
    asked_of = tuple(dict.fromkeys((*measures, *(target.measure for target in targets))))
    order = [baseline, *(name for name in called.values() if name != baseline)]
    runs = pool_points(every, asked_of, order)
    means = tabulate_means(runs, asked_of)
    meets = _check_targets(means, targets)
    margins = asked.margins
    differences = compare_arms(runs, baseline=baseline, measures=measures, margins=margins)
    missed = set(meets.loc[meets["met"] != "yes", "policy"])
    options = _list_options(runs, baseline, outcome, missed)
    decided = decide(
        options, baseline_meets=baseline not in missed, sure=asked.decision.sure, margin=margins.get(outcome)
    )
    return Place(
        scenario, asked, baseline, outcome, measures, every, runs, means, differences, targets, meets, options, decided
    )


def pool_points(every: pd.DataFrame, measures: tuple[str, ...], order: list[str]) -> pd.DataFrame:
    """Take the mean over the points of the design, seed by seed, of the points that all strategies were run at."""
    n_policies = every["policy"].nunique()
    whole = every.groupby(["point", "seed"])["policy"].transform("nunique") == n_policies
    # While a sweep goes on, or where seeds are spent on some strategies only, pairs are what there is.
    chosen = every[whole] if every["point"].nunique() > 1 else every
    if chosen.empty:
        raise InputError("report: no point of the design has a run of every strategy yet: run the sweep, or wait")
    means = chosen.groupby(["policy", "seed"], as_index=False)[list(measures)].mean()
    rank = {name: number for number, name in enumerate(order)}
    return means.sort_values(
        ["policy", "seed"], key=lambda values: values.map(rank) if values.name == "policy" else values
    )


def _with_budget(study: Study) -> list[str]:
    budget = study.decision.budget
    return [*study.decision.targets, *([f"{COST}<={budget:g}"] if budget is not None else [])]


def _check_targets(means: pd.DataFrame, targets: tuple[Target, ...]) -> pd.DataFrame:
    """Hold the mean of every strategy, with its interval, to every target."""
    rows = []
    for row in means.to_dict("records"):
        for target in targets:
            if target.measure != row["measure"]:
                continue
            ends = [target.met_by(float(row[name])) for name in ("low", "high")]
            met = "yes" if all(ends) else "unsure" if any(ends) or np.isnan(row["low"]) else "no"
            rows.append((row["policy"], target.text, row["mean"], row["low"], row["high"], met))
    return pd.DataFrame(rows, columns=["policy", "target", "value", "low", "high", "met"])


def _list_options(runs: pd.DataFrame, baseline: str, outcome: str, missed: set[str]) -> tuple[Option, ...]:
    """Lay out what the rule looks at; those that may not be chosen do not compete for being the best."""
    sign = -1.0 if MEASURES[outcome].better == "less" else 1.0
    listed = []
    allowed = [name for name in runs["policy"].unique() if name == baseline or name not in missed]
    for names, meets in ((allowed, True), ([baseline, *sorted(missed - {baseline})], False)):
        some = runs[runs["policy"].isin(names)]
        for row in compare_arms(some, baseline=baseline, measures=(outcome,)).to_dict("records"):
            low, high = sorted((sign * row["all_low"], sign * row["all_high"]))
            listed.append(Option(row["policy"], meets, sign * row["difference"], low, high, row["p_best"]))
    return tuple(sorted(listed, key=lambda one: list(runs["policy"].unique()).index(one.label)))
