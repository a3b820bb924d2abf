"""Compare hot-spot estimates by what they would have caught: simulated records, week after week.

    python scripts/compare_estimates.py [--scenario new_haven] [--seeds 3] [--weeks 104] [--first 52] [--share 0.02]

Each seed is a run of its own city under random patrol, so that no estimate shapes the record that it is judged by.
Every seven days each estimate is drawn from what was then on record, and judged by the incidents of the seven days that
follow (those that are recorded at any time).

The hit rate is the share of these incidents on the chosen segments; the predictive accuracy index (PAI) is the hit rate
over the chosen share of street length. Intervals come from drawing weeks again, all estimates in the same weeks: they
cover the chance of weeks, not that of cities, and the runs have but few.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.engine import simulate
from sim.observation import WINDOW_DAYS, brief
from sim.policies.contract.registry import make_policy
from sim.policies.maps.estimates import (
    count_map,
    hottest,
    kernel_density,
    kernel_map,
    last_year_map,
    latest_map,
    self_exciting_map,
)
from sim.policies.protocol import WEEK_MIN, CityBrief, Record
from sim.scenarios.scenario import load_scenario
from sim.statistics.estimates import percentile_interval

Floats = NDArray[np.float64]
Score = Callable[[CityBrief, Record, float], Floats]

ESTIMATES: dict[str, Score] = {
    "count_map (8 weeks)": lambda city, record, t: count_map(city, record, until=t),
    "count_map (52 weeks)": lambda city, record, t: count_map(city, record, until=t, weeks=52),
    "last_year_map": lambda city, record, t: last_year_map(city, record, until=t),
    "kernel_map": lambda city, record, t: kernel_map(city, record, until=t),
    "kernel_map (52 weeks)": lambda city, record, t: kernel_map(city, record, until=t, weeks=52),
    "kernel_density": lambda city, record, t: kernel_density(city, record, until=t),
    "self_exciting_map": lambda city, record, t: self_exciting_map(city, record, until=t),
    "longest streets": lambda city, record, t: city.segment_length_m,
}
BASELINE = next(iter(ESTIMATES))
CEILING = "the week itself"
N_DRAWS = 2000


class Caught(NamedTuple):
    """Hold how one estimate did in one week of one run."""

    seed: int
    week: int
    estimate: str
    n: int
    """incidents of the week"""
    hits: int
    """of these on the chosen segments"""
    length: float
    """share of street length that was chosen"""


def judge(seed: int, city: CityBrief, incidents: pd.DataFrame, weeks: range, share: float) -> list[Caught]:
    """Judge every estimate in every week of a run."""
    rows, metres = [], city.segment_length_m
    t, segment = incidents["t"].to_numpy(), incidents["segment"].to_numpy()
    for week in weeks:
        until = week * WEEK_MIN
        coming = np.bincount(segment[(t >= until) & (t < until + WEEK_MIN)], minlength=city.n_segments)
        record = on_record(incidents, until)
        scores = {name: score(city, record, until) for name, score in ESTIMATES.items()} | {
            CEILING: coming.astype(float)
        }
        latest = latest_map(city, record, until=until)
        for name, score in scores.items():
            chosen = hottest(city, score, share, latest=latest)
            length = float(metres[chosen].sum() / metres.sum())
            rows.append(Caught(seed, week, name, int(coming.sum()), int(coming[chosen].sum()), length))
    return rows


def on_record(incidents: pd.DataFrame, now: float) -> Record:
    """Show what a force has on record at a time, as a briefing does."""
    known = incidents[(incidents["t_recorded"] <= now) & (incidents["t_recorded"] > now - WINDOW_DAYS * 1440.0)]
    known = known.sort_values("t_recorded", kind="stable")
    return Record(
        t=known["t"].to_numpy(float),
        t_recorded=known["t_recorded"].to_numpy(float),
        type=known["type"].cat.codes.to_numpy(np.uint8)
        if known["type"].dtype == "category"
        else known["type"].to_numpy(),
        segment=known["segment"].to_numpy(np.int32),
        discovered=known["discovered"].to_numpy(bool),
    )


def summarise(caught: pd.DataFrame) -> pd.DataFrame:
    """Give hit rate, PAI and the difference from the first estimate, with intervals over weeks."""
    table = {
        column: caught.pivot(index=["seed", "week"], columns="estimate", values=column)
        for column in ("n", "hits", "length")
    }
    n, hits, length = (table[c].to_numpy(float) for c in ("n", "hits", "length"))
    names = list(table["n"].columns)
    seed = table["n"].index.get_level_values("seed").to_numpy()
    rng = np.random.default_rng(1)
    draws = [np.arange(len(n))] + [
        np.concatenate([rng.choice(np.flatnonzero(seed == s), int((seed == s).sum())) for s in np.unique(seed)])
        for _ in range(N_DRAWS)
    ]
    rate = np.array([hits[d].sum(axis=0) / n[d].sum(axis=0) for d in draws])
    pai = rate / np.array([np.average(length[d], axis=0, weights=n[d]) for d in draws])
    more = rate - rate[:, [names.index(BASELINE)]]
    rows = []
    for name in [*ESTIMATES, CEILING]:
        i = names.index(name)
        rows.append(
            [name, *(_with_interval(values[:, i]) for values in (rate, pai, more)), _by_seed(hits[:, i], n[:, i], seed)]
        )
    return pd.DataFrame(rows, columns=["estimate", "hit rate", "PAI", f"hit rate less {BASELINE}", "hit rate by seed"])


def _with_interval(values: Floats) -> str:
    low, high = percentile_interval(values[1:])
    return f"{values[0]:.3f} ({low:.3f} to {high:.3f})"


def _by_seed(hits: Floats, n: Floats, seed: NDArray[np.int64]) -> str:
    return ", ".join(f"{hits[seed == s].sum() / n[seed == s].sum():.3f}" for s in np.unique(seed))


def main() -> None:
    """Run, judge and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--scenario", default="new_haven")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--weeks", type=int, default=104)
    parser.add_argument("--first", type=int, default=52, help="first week that is judged")
    parser.add_argument("--share", type=float, default=0.02, help="share of segments that is chosen")
    given = parser.parse_args()
    scenario = load_scenario(given.scenario).replace({"n_days": 7 * given.weeks})
    rows: list[Caught] = []
    for seed in range(1, given.seeds + 1):
        run = simulate(scenario, make_policy("reactive"), seed=seed)
        rows += judge(seed, brief(run.world), run.tables["incidents"], range(given.first, given.weeks), given.share)
    caught = pd.DataFrame(rows)
    n = caught.drop_duplicates(["seed", "week"])["n"].sum()
    print(
        f"{given.scenario}: {given.seeds} seeds, weeks {given.first} to {given.weeks - 1}, {n} incidents to be caught, "
    )
    print(f"{given.share:.1%} of segments; 95 % intervals by {N_DRAWS} draws of weeks\n")
    print(summarise(caught).to_string(index=False))


if __name__ == "__main__":
    main()
