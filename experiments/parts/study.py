"""Count the offences on the streets of a part, run by itself and inside the whole city, and lay both side by side.

python experiments/parts/study.py --seeds 6 --days 90

Writes `offences.csv` beside this file and prints the table of the page.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.stats import t as student

from sim import Scenario, load_scenario, make_policy, simulate
from sim.params import CRIMES
from sim.world import build_city

HERE = Path(__file__).parent
STRATEGIES = ("reactive", "hotspot")
SHARE = 0.2


def count_offences(scenario: Scenario, strategy: str, seed: int, inside: np.ndarray | None) -> pd.Series:
    """Count offences by type, on all streets or on those of a part."""
    offences = simulate(scenario, make_policy(strategy), seed).tables["offences"]
    if inside is not None:
        offences = offences[np.isin(offences["segment"], inside)]
    return offences["type"].astype(str).value_counts().reindex(CRIMES, fill_value=0)


def run_all(n_seeds: int, n_days: int) -> Iterator[dict[str, object]]:
    """Run each strategy in the whole and in the part, seed by seed."""
    whole = load_scenario("new_haven").replace({"n_days": n_days, "tick_min": 15})
    part = whole.with_part(str(SHARE))
    cut = build_city(part).part
    assert cut is not None
    for seed in range(1, n_seeds + 1):
        for strategy in STRATEGIES:
            for name, scenario, inside in (("whole", whole, cut.segment), ("part", part, None)):
                counts = count_offences(scenario, strategy, seed, inside)
                yield {"in": name, "strategy": strategy, "seed": seed, **counts, "all": counts.sum()}
        print(f"seed {seed} done", flush=True)


def half_width(numbers: pd.Series) -> float:
    """Give the half width of the 95 % interval of a mean."""
    return float(student.ppf(0.975, len(numbers) - 1) * numbers.std(ddof=1) / np.sqrt(len(numbers)))


def tell(rows: pd.DataFrame) -> str:
    """Print means, and the part less the whole by pairs of seeds."""
    lines = [
        "| strategy | offences | on these streets, in the whole | in the part | difference |",
        "|---|---|---:|---:|---:|",
    ]
    for strategy, mine in rows.groupby("strategy", sort=False):
        by_seed = mine.pivot(index="seed", columns="in")
        for name in ("all", *CRIMES):
            there, here = by_seed[(name, "whole")].astype(float), by_seed[(name, "part")].astype(float)
            apart = 100.0 * (here - there) / there.mean()
            difference = f"{apart.mean():+.1f} % (±{half_width(apart):.1f})"
            lines.append(f"| {strategy} | {name} | {there.mean():.1f} | {here.mean():.1f} | {difference} |")
    return "\n".join(lines)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=6)
    parser.add_argument("--days", type=int, default=90)
    given = parser.parse_args()
    table = pd.DataFrame(run_all(given.seeds, given.days))
    table.to_csv(HERE / "offences.csv", index=False)
    print(tell(table))
