"""Measure the field's patterns on the default city, untuned, beside what the field found.

    python scripts/measure_patterns.py [--seeds 5] [--days 365] [--workers 2] [--rows FILE.csv]

Runs the default scenario under the policy 'reactive' with the seeds 1 to N, and twice more for each seed with the
causes of repeats cut off. Prints a Markdown table: each number is a mean over seeds with its 95 % interval; Knox
ratios are of all pairs observed in all seeds to all pairs expected, for a year has few pairs of burglaries. The ranges
of the field stand beside the numbers to be compared with, and nothing in the model is set by them here.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from sim import __version__
from sim.batch.running.rows import make_rows
from sim.city.streets import StreetNetwork
from sim.compile_core import compile_core
from sim.engine import Run, simulate
from sim.outcomes.concentration import measure_concentration
from sim.outcomes.journeys import find_journeys, measure_journeys
from sim.outcomes.near_repeats import N_PERMUTATIONS, KnoxTest, measure_near_repeats
from sim.outcomes.offenders import measure_top_share
from sim.outcomes.repeats import count_repeats
from sim.params import CRIMES
from sim.policies.contract.registry import make_policy
from sim.scenarios.scenario import Scenario, load_scenario
from sim.statistics.estimates import UNKNOWN, Estimate, mean_estimate
from sim.validation.claims.repeats import NO_REPEATS

NEAR_M = 100.0
SOON_DAYS = 14.0

NO_BOOST = {name: 0.0 for name in NO_REPEATS if name.startswith("repeat.")}
VARIANTS = {"": {}, "no boost": NO_BOOST, "no boost, no return": NO_REPEATS}
"""What is cut off: nothing, the rise of opportunity after a success, and the offender's way back to it as well."""

Measured = dict[str, float]
"""One number for each measure of one run."""


class Row(NamedTuple):
    """Name a measure, how its number is printed, and what the field found."""

    name: str
    label: str
    scale: float = 1.0
    decimals: int = 2
    unit: str = ""
    field: str = ""
    over: str = ""
    """measure to divide by, where a seed has too few events for a ratio of its own"""


def list_rows() -> list[Row]:
    """List the rows of the table, in order."""
    percent = {"scale": 100.0, "decimals": 1, "unit": " %"}
    rows = [
        Row(
            "share_50",
            "segments with half of the recorded crime",
            **percent,
            field="4.5 % (3.2 to 5.7; Weisburd et al. 2024)",
        ),
        Row("random_50", "the same, if as many incidents fell at random", **percent),
        Row("share_25", "segments with a quarter of it", **percent, field="1.25 % (0.8 to 2.2; Weisburd et al. 2024)"),
        Row("random_25", "the same, at random", **percent),
        Row("gini", "Gini, corrected for few incidents"),
        Row("random_gini", "the same, at random"),
        Row("n_incidents", "recorded incidents", decimals=0),
    ]
    for variant in VARIANTS:
        rows += _knox_rows(variant)
    rows.append(
        Row("top", "offences by the top 10 % of active offenders", **percent, field="35 to 48 % (Martinez et al. 2017)")
    )
    for crime in (*CRIMES, "all"):
        rows += _journey_rows(crime)
    return rows


def _knox_rows(variant: str) -> list[Row]:
    cut = f", {variant}" if variant else ""
    field = "1: must vanish" if variant else "1.2 to 2.6 (Johnson et al. 2007)"
    rows = [Row(f"{variant}|share_repeats", f"burglaries on a segment struck before{cut}", 100.0, 1, " %")]
    for who in ("recorded", "all"):
        for where, words in (("within", "within 100 m"), ("same", "same segment"), ("near", "another within 100 m")):
            key = f"{variant}|{who}|{where}"
            said = field if where == "within" else ""
            label = f"Knox ratio, 14 days, {who} burglaries, {words}{cut}"
            rows.append(Row(f"{key}|observed", label, field=said, over=f"{key}|expected"))
        rows.append(Row(f"{variant}|{who}|within|observed", f"pairs of {who} burglaries within both{cut}", decimals=1))
    return rows


def _journey_rows(crime: str) -> list[Row]:
    return [
        Row(f"{crime}|n", f"{crime}: journeys to crime", decimals=0),
        Row(f"{crime}|median_m", f"{crime}: median", 1e-3, 2, " km", "short (Birks et al. 2012)"),
        Row(f"{crime}|mean_m", f"{crime}: mean", 1e-3, 2, " km", "above the median"),
        Row(f"{crime}|skewness", f"{crime}: skewness", field="above 0 (Birks et al. 2012)"),
        Row(f"{crime}|mode_m", f"{crime}: most frequent distance, classes of 250 m", 1e-3, 2, " km", "away from home"),
        Row(f"{crime}|share_in_buffer", f"{crime}: within 100 m of home", 100.0, 1, " %"),
    ]


def measure_seed(scenario: Scenario, seed: int, n_permutations: int) -> Measured:
    """Run all variants with one seed and measure them."""
    found: Measured = {}
    for variant, changes in VARIANTS.items():
        run = simulate(scenario.replace(changes) if changes else scenario, make_policy("reactive"), seed)
        net = run.world.city.streets
        for name, value in measure_burglary(run, net, n_permutations).items():
            found[f"{variant}|{name}"] = value
        if not variant:
            found |= measure_places(run, net) | measure_people(run, net)
    return found


def measure_places(run: Run, net: StreetNetwork) -> Measured:
    """Measure how strongly recorded crime concentrates on segments."""
    found = measure_concentration(run.tables["incidents"]["segment"].to_numpy(), net.n_segments)
    return {
        "share_50": found.share_holding_50,
        "share_25": found.share_holding_25,
        "random_50": found.random_share_holding_50.value,
        "random_25": found.random_share_holding_25.value,
        "gini": found.gini_corrected,
        "random_gini": found.random_gini_corrected.value,
        "n_incidents": found.n_incidents,
    }


def measure_burglary(run: Run, net: StreetNetwork, n_permutations: int) -> Measured:
    """Measure repeats and near repeats of burglaries, of those on record and of all that happened."""
    happened, recorded = run.tables["offences"], run.tables["incidents"]
    tables = {"all": happened[happened["type"] == "burglary"], "recorded": recorded[recorded["type"] == "burglary"]}
    found = {"share_repeats": count_repeats(tables["all"]["segment"].to_numpy()).share_repeats}
    for who, table in tables.items():
        for name, value in _knox(net, table, n_permutations).items():
            found[f"{who}|{name}"] = value
    return found


def _knox(net: StreetNetwork, table: pd.DataFrame, n_permutations: int) -> Measured:
    segment, t = table["segment"].to_numpy(), table["t"].to_numpy(np.float64)

    def test(*, apart: bool) -> KnoxTest:
        return measure_near_repeats(
            net, segment, t, space_edges_m=(0.0, NEAR_M), time_edges_days=(0.0, SOON_DAYS),
            same_place_apart=apart, n_permutations=n_permutations,
        )  # fmt: skip

    together, apart = test(apart=False), test(apart=True)
    observed = (together.observed[0, 0], *apart.observed[:, 0])
    expected = (together.expected[0, 0], *apart.expected[:, 0])
    found: Measured = {}
    for name, seen, by_chance in zip(("within", "same", "near"), observed, expected, strict=True):
        found |= {f"{name}|observed": float(seen), f"{name}|expected": float(by_chance)}
    return found


def measure_people(run: Run, net: StreetNetwork) -> Measured:
    """Measure how unequally offenders offend, and how far from home."""
    offences = run.tables["offences"]
    journeys = measure_journeys(offences, find_journeys(net, offences))
    found = {f"{crime}|{name}": value for crime, row in journeys.iterrows() for name, value in row.items()}
    return {str(name): float(value) for name, value in found.items()} | {
        "top": measure_top_share(offences["offender"].to_numpy())
    }


def write_table(rows: Iterable[Row], runs: Sequence[Measured]) -> str:
    """Print each measure over all runs, its interval and the field's range, as Markdown."""
    lines = ["| measure | mean of seeds | 95 % interval | the field |", "|---|---:|---|---|"]
    for row in rows:
        mean, low, high = (
            f"{row.scale * value:.{row.decimals}f}" if np.isfinite(value) else "–" for value in estimate(row, runs)
        )
        lines.append(f"| {row.label} | {mean}{row.unit} | {low} to {high} | {row.field} |")
    return "\n".join(lines)


def estimate(row: Row, runs: Sequence[Measured]) -> Estimate:
    """Estimate a measure over seeds: its mean, or a ratio of sums, with the jackknife of its logarithm."""
    above = np.array([run[row.name] for run in runs], np.float64)
    if not row.over:
        return mean_estimate(above)
    below = np.array([run[row.over] for run in runs], np.float64)
    if below.sum() == 0:
        return UNKNOWN
    n, whole = len(runs), above.sum() / below.sum()
    without_one = (above.sum() - above) / np.maximum(below.sum() - below, 1e-9)
    if n == 1 or whole == 0 or np.any(without_one == 0):
        return Estimate(float(whole), np.nan, np.nan)
    _, low, high = mean_estimate(n * np.log(whole) - (n - 1) * np.log(without_one))
    return Estimate(float(whole), float(np.exp(low)), float(np.exp(high)))


def measure_seeds(
    scenario: Scenario, seeds: Sequence[int], *, workers: int, file: Path | None = None
) -> list[Measured]:
    """Measure several seeds, in processes of their own; a file keeps each as it is done, and is gone on with."""
    days = scenario.n_days
    table = make_rows(
        {(days, seed): seed for seed in seeds},
        lambda seed: [{"days": days, "seed": seed, **measure_seed(scenario, seed, N_PERMUTATIONS)}],
        columns=("days", "seed"),
        workers=workers,
        file=file,
    )
    asked = table[(table["days"] == days) & table["seed"].isin(seeds)]
    return asked.drop(columns=["days", "seed"]).to_dict("records")


def main(tell: Callable[[str], object] = sys.stderr.write) -> int:
    """Run the seeds and print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seeds", type=int, default=5, help="how many seeds (default: 5)")
    parser.add_argument("--days", type=int, default=365, help="length of a run (default: 365)")
    parser.add_argument("--workers", type=int, default=2, help="processes (default: 2)")
    parser.add_argument("--rows", type=Path, help="keep the measures of each seed here, and go on with those there")
    given = parser.parse_args()
    scenario = load_scenario("new_haven").replace({"n_days": given.days})
    compile_core(lambda sentence: tell(sentence + "\n"))
    runs = measure_seeds(scenario, range(1, given.seeds + 1), workers=given.workers, file=given.rows)
    about = f"{scenario.name}, version {__version__}, {given.days} days, policy reactive, seeds 1 to {given.seeds}"
    print(f"{about}, {N_PERMUTATIONS} permutations of dates.\n\n{write_table(list_rows(), runs)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
