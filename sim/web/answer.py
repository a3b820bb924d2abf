"""Make the answer to a question from its pairs of runs: rows, account, feelings, groups, time, and how sure it is.

This runs in a process of its own. Every number comes from `sim.outcomes`, `sim.statistics` and `sim.batch`; here they
are only laid out for the page.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from math import isfinite
from pathlib import Path
from typing import Any

import pandas as pd

from sim.batch.compare import Comparison, Strategy, day_apart
from sim.batch.reached import compare_reached
from sim.batch.running.runs import count_orders_of, read_run, read_streets_of, summarise_folder
from sim.batch.study.identity import model_version
from sim.inputs.words import LANGUAGES
from sim.ledger.run_folder import read_table
from sim.outcomes.changes_pairs import Changes, estimate_tables, find_changes
from sim.outcomes.measures import MEASURES, choose_headline
from sim.params import CRIMES
from sim.policies.reactive import Reactive
from sim.policies.visiting import meant_a_year
from sim.report.comparison.account import tabulate_account
from sim.report.comparison.cost import cost_sentence, price_lines
from sim.report.comparison.groups import name_of
from sim.report.texts import text
from sim.report.verdicts import judge, verdict_words
from sim.scenarios.scenario import Scenario
from sim.statistics.pairs import pair_differences
from sim.web.force_of import MONTH_DAYS, residents_here
from sim.web.question import SIDES, Asked
from sim.web.sentence import sentence_of, sureness
from sim.web.words import Both, both

ROWS = {
    "crime": "offences_per_1000", "safe": "feel_safe_pct", "satisfied": "satisfied_end_pct",
    "response": "response_1_mean_min", "cost": "cost_per_1000",
}  # fmt: skip
"""The five rows of the page, each with its measure."""
A_MONTH_HERE = {"offences_per_1000": 0, "cost_per_1000": 0}
"""Measures per 1,000 residents and year that are told as a number a month here, with the decimals of that."""
MOST_CHANGES = 12
"""Pairs that are joined offence by offence: more make no account much surer, and take a second each."""
MOST_SEGMENTS = 25
WEEK = 7
OURS = {"same": "neutral", "tiny": "neutral", "equal": "neutral"}
"""Verdicts that the page does not tell apart by colour; the words do."""


@dataclass(frozen=True)
class Pair:
    """Name the runs of one seed."""

    seed: int
    today: Path
    instead: Path
    digests: tuple[str, str] = ("", "")

    def folder(self, side: str) -> Path:
        """Give the folder of a side."""
        return self.today if side == "today" else self.instead


@dataclass(frozen=True)
class Told:
    """Hold what an answer is made of: what can be sent to another process, and no more."""

    id: str
    scenarios: tuple[Scenario, Scenario]
    strategies: tuple[Strategy, Strategy]
    labels: tuple[str, str]
    names: dict[str, Both]
    from_day: int
    of: int
    pairs: tuple[Pair, ...] = field(default=())


def told_of(asked: Asked, pairs: tuple[Pair, ...], names: dict[str, Both]) -> Told:
    """Take of a question what its answer is made of."""
    scenarios = asked.scenario("today"), asked.scenario("instead")
    return Told(asked.id, scenarios, asked.strategies, asked.labels, names, asked.from_day, asked.question.seeds, pairs)


def make_answer(told: Told) -> dict[str, Any]:
    """Say what is known after some pairs, in the form that docs/page-protocol.md gives."""
    comparison = compare_told(told)
    residents, scenario = residents_here(told.scenarios[0]), told.scenarios[0]
    rows = [_row(comparison, key, measure, residents) for key, measure in ROWS.items()]
    n = len(told.pairs)
    changes = [_changes(pair.today, pair.instead) for pair in told.pairs[:MOST_CHANGES]]
    days = scenario.n_days - told.from_day
    answer = {
        "id": told.id, "n_pairs": n, "of": told.of, "done": n >= told.of, "names": told.names,
        "rows": rows, "table": [_row(comparison, name, name, None) for name in comparison.shown],
        "sentence": sentence_of(rows, told.names, n, told.of), "sure": sureness(n, told.of, scenario),
        "account": _account(changes, days), "feelings": _feelings(comparison),
        "groups": _groups(comparison), "cost": _cost(comparison, told.names), "series": _series(told),
        "segments": _segment_urls(told.id), "provenance": _provenance(told), "days": days,
    }  # fmt: skip
    return plain(answer)  # type: ignore[no-any-return]


def compare_told(told: Told) -> Comparison:
    """Put the runs of both sides together as `sim.batch.compare.compare` does, those of two scenarios included."""
    return _compare(told.scenarios, told.strategies, told.labels, told.from_day, told.pairs)


@lru_cache(maxsize=64)
def _compare(
    scenarios: tuple[Scenario, Scenario],
    strategies: tuple[Strategy, Strategy],
    labels: tuple[str, str],
    from_day: int,
    pairs: tuple[Pair, ...],
) -> Comparison:
    """Put them together once: a report and tables are taken of the same pairs."""
    runs = pd.DataFrame([_run(pair, side, labels, from_day) for side in SIDES for pair in pairs])
    baseline = labels[0]
    orders = runs.groupby("policy")["n_orders"].sum()
    without = tuple(
        label for label, one in zip(labels, strategies, strict=True)
        if orders.get(label) == 0 and one.policy.name != Reactive.name
    )  # fmt: skip
    return Comparison(
        scenarios[0], labels, tuple(pair.seed for pair in pairs), from_day, runs,
        pair_differences(runs, baseline=baseline, measures=list(MEASURES)), {}, without, choose_headline(),
        {label: meant_a_year(one.policy) for label, one in zip(labels, strategies, strict=True)},
        compare_reached(runs, baseline, Path()), day_apart(strategies, scenarios[0].start),
    )  # fmt: skip


def plain(value: Any) -> Any:  # noqa: ANN401 - whatever JSON can hold
    """Make a value one that JSON has: what is not a number is null."""
    if isinstance(value, dict):
        return {str(name): plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    if hasattr(value, "item"):
        value = value.item()
    return None if isinstance(value, float) and not isfinite(value) else value


def _run(pair: Pair, side: str, labels: tuple[str, str], from_day: int) -> dict[str, Any]:
    folder, label = pair.folder(side), labels[SIDES.index(side)]
    digest = pair.digests[SIDES.index(side)]
    about = {"policy": label, "seed": pair.seed, "folder": str(folder.absolute()), "digest": digest, "seconds": 0.0}
    return about | _measures(folder, from_day, digest)


@lru_cache(maxsize=2048)
def _measures(folder: Path, from_day: int, digest: str) -> dict[str, Any]:
    """Sum a run up, once."""
    del digest  # another run in the same folder is another run
    measures = summarise_folder(folder, from_day=from_day)
    return {"n_orders": count_orders_of(folder)} | {str(name): float(value) for name, value in measures.items()}


@lru_cache(maxsize=256)
def _changes(today: Path, instead: Path) -> Changes:
    """Join the offences of two runs, once."""
    tables = [{name: read_table(folder, name) for name in ("offences", "segments")} for folder in (today, instead)]
    return find_changes(tables[0], tables[1], read_streets_of(today))


def _row(comparison: Comparison, key: str, measure: str, residents: int | None) -> dict[str, Any]:
    """Lay one measure out; of those that are told as a number a month here, in that unit."""
    about, table = MEASURES[measure], comparison.differences
    row = table[table["measure"] == measure].iloc[0].to_dict()
    here = residents is not None and measure in A_MONTH_HERE
    factor = (residents or 0) / 1000.0 * MONTH_DAYS / 365.0 if here else 1.0
    own = comparison.runs[comparison.runs["policy"] == comparison.strategies[1]][measure].mean()
    verdict = judge(row)
    numbers = {name: float(row[name]) * factor for name in ("difference", "low", "high")}
    if not (isfinite(row["low"]) and isfinite(row["high"])):
        verdict = "unclear"
    name: Both = {lang: about.label(lang) for lang in LANGUAGES}
    unit: Both = {lang: about.unit(lang) for lang in LANGUAGES}
    if residents is not None:
        name, unit = both(f"rows.{key}"), both(f"units.{key}")
    return {
        "key": key, "measure": measure, "name": name, "unit": unit,
        "today": float(row["baseline"]) * factor, "instead": own * factor, **numbers,
        "verdict": OURS.get(verdict, verdict), "exact": verdict,
        "words": {lang: verdict_words(verdict, lang) for lang in LANGUAGES}, "better": about.better,
        "decimals": A_MONTH_HERE[measure] if here else about.decimals, "n_pairs": int(row["n_pairs"]),
    }  # fmt: skip


def _account(changes: list[Changes], days: int) -> list[dict[str, Any]]:
    """Tell what was prevented, moved and caused, a month, by type; and in which streets."""
    if not changes:
        return []
    table = estimate_tables([one.by_type for one in changes]).set_index(["type", "column"])
    a_month = MONTH_DAYS / days
    listed = []
    for name in ("all", *CRIMES):
        parts = {
            part: _estimate(table.loc[(name, part)], a_month, len(changes))
            for part in ("prevented", "moved", "caused", "net")
        }
        listed.append(
            {"type": name, "name": {lang: text(lang, f"crimes.{name}") for lang in LANGUAGES}, **parts,
             "unit": both("units.crime"), "segments": _segments_behind(changes, name)}
        )  # fmt: skip
    return listed


def _estimate(row: Any, factor: float, n: int) -> dict[str, float | None]:  # noqa: ANN401 - a row of a table
    ends = {name: float(row[name]) * factor if n > 1 else None for name in ("low", "high")}
    return {"value": float(row["mean"]) * factor, **ends}


def _segments_behind(changes: list[Changes], kind: str) -> list[int]:
    """Name the streets where most changed: offences of a type that are in one run alone or elsewhere in the other."""
    counted: dict[int, int] = {}
    for one in changes:
        rows = one.offences[one.offences["class"].isin(["prevented", "caused", "moved"])]
        if kind != "all":
            rows = rows[(rows["type_a"] == kind) | (rows["type_b"] == kind)]
        for column in ("segment_a", "segment_b"):
            for segment in rows[column][rows[column] >= 0].tolist():
                counted[segment] = counted.get(segment, 0) + 1
    return sorted(counted, key=lambda segment: (-counted[segment], segment))[:MOST_SEGMENTS]


def _feelings(comparison: Comparison) -> list[dict[str, Any]]:
    """Tell by attitude how far each source moved it, in standard deviations between adults."""
    table = tabulate_account(comparison.runs, comparison.strategies[0])
    listed = []
    for feeling, rows in table.groupby("feeling", sort=False) if len(table) else ():
        parts = [
            {"key": row["source"], "name": _both_texts(f"account.{row['source']}"), "value": row["sd"],
             "low": row["sd_low"], "high": row["sd_high"]}
            for row in rows.to_dict("records")
        ]  # fmt: skip
        listed.append(
            {"key": feeling, "name": _both_texts(f"account.{feeling}"), "unit": both("units.sd"), "parts": parts}
        )
    return listed


def _groups(comparison: Comparison) -> list[dict[str, Any]]:
    """Tell who gains and who pays: the change in the share of each group that agrees."""
    listed = []
    for row in comparison.groups.to_dict("records") if len(comparison.groups) else ():
        known = isfinite(row["points_low"])
        clear = known and (row["points_low"] > 0.0 or row["points_high"] < 0.0)
        verdict = ("better" if row["points"] > 0.0 else "worse") if clear else "unclear"
        listed.append(
            {"key": f"{row['by']}.{row['group']}.{row['feeling']}",
             "name": _both_texts(name_of(row["by"], row["group"])), "by": row["by"],
             "measure": _both_texts(f"feelings.{row['feeling']}"), "unit": both("units.points"),
             "today": row["baseline_pct"], "instead": row["policy_pct"], "difference": row["points"],
             "low": row["points_low"], "high": row["points_high"], "verdict": verdict, "share": row["share_pct"],
             "words": {lang: verdict_words(verdict, lang) for lang in LANGUAGES}}
        )  # fmt: skip
    return listed


def _cost(comparison: Comparison, names: dict[str, Both]) -> dict[str, Any]:
    """Say what the strategies cost against each other, and what an offence prevented costs."""
    told: dict[str, Any] = {"sentence": {}, "lines": {}}
    for lang in LANGUAGES:
        as_read = dict(zip(comparison.strategies, (names[side][lang] for side in SIDES), strict=True))
        if len(set(as_read.values())) < len(as_read):
            as_read = {label: label for label in comparison.strategies}
        runs = comparison.runs.assign(policy=comparison.runs["policy"].map(as_read))
        baseline = as_read[comparison.strategies[0]]
        told["sentence"][lang] = cost_sentence(runs, baseline=baseline, lang=lang)
        told["lines"][lang] = price_lines(runs, baseline=baseline, lang=lang)
    return told


def _series(told: Told) -> dict[str, Any]:
    """Give weekly means of both sides, and the interval of their difference, seed by seed."""
    first, n_days = told.from_day, told.scenarios[0].n_days
    weeks = range(first, max(n_days - WEEK + 1, first + 1), WEEK)
    kept = {
        side: [_weekly(pair.folder(side), first, digest) for pair, digest in _with_digests(told, side)]
        for side in SIDES
    }
    series: dict[str, Any] = {"day": [week + WEEK for week in weeks], "unit": {}, "name": {}}
    for name in ("offences", "calls", "security", "satisfaction", "trust"):
        tables = {side: pd.DataFrame([one[name] for one in kept[side]]) for side in SIDES}
        apart = estimate_tables(
            [pd.DataFrame({"x": row}) for _, row in (tables["instead"] - tables["today"]).iterrows()]
        )
        series[name] = {side: tables[side].mean().tolist() for side in SIDES}
        several = len(told.pairs) > 1
        series[name] |= {end: apart[end].tolist() if several else [None] * len(weeks) for end in ("low", "high")}
        series["name"][name], series["unit"][name] = both(f"series.{name}"), both(f"series_units.{name}")
    return series


def _with_digests(told: Told, side: str) -> list[tuple[Pair, str]]:
    return [(pair, pair.digests[SIDES.index(side)]) for pair in told.pairs]


@lru_cache(maxsize=2048)
def _weekly(folder: Path, first: int, digest: str) -> dict[str, list[float]]:
    del digest
    days = read_run(folder)["days"] if not folder.exists() else read_table(folder, "days")
    days = days[days["day"] >= first]
    week = (days["day"].to_numpy() - first) // WEEK
    whole = week < max(len(days) // WEEK, 1)
    columns = {
        "offences": days[[f"n_offences_{kind}" for kind in CRIMES]].sum(axis=1), "calls": days["n_calls"],
        "security": days["security"], "satisfaction": days["satisfaction"], "trust": days["trust"],
    }  # fmt: skip
    return {name: column[whole].groupby(week[whole]).mean().tolist() for name, column in columns.items()}


def _segment_urls(name: str) -> dict[str, dict[str, str]]:
    kinds = ("presence", "offences", "fear")
    return {kind: {side: f"/api/questions/{name}/surface/{kind}?side={side}" for side in SIDES} for kind in kinds}


def _provenance(told: Told) -> list[dict[str, Any]]:
    digests = ", ".join(digest[:12] for pair in told.pairs for digest in pair.digests)
    values = {
        "question": told.id, "model": model_version(), "seeds": ", ".join(str(pair.seed) for pair in told.pairs),
        "today": told.labels[0], "instead": told.labels[1], "digests": digests,
    }  # fmt: skip
    return [{"name": both(f"provenance.{name}"), "value": value} for name, value in values.items()]


def _both_texts(key: str) -> Both:
    return {lang: text(lang, key) for lang in LANGUAGES}
