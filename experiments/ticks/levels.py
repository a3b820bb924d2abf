"""Compare levels and differences of strategies at four lengths of a tick.

python experiments/ticks/levels.py store/ticks

Seeds are common to all lengths, so each is held against five minutes seed by seed. Prints a table, writes `levels.csv`.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd

from sim.batch.store.read import read_study_runs
from sim.outcomes.measures import MEASURES
from sim.statistics.estimates import Estimate, mean_estimate

USUAL, OTHERS = 5, (1, 15, 60)


def told(found: Estimate, decimals: int) -> str:
    """Print an estimate with its interval, and a star where zero is left out."""
    star = "*" if found.low > 0 or found.high < 0 else ""
    return f"{found.value:+.{decimals}f} ({found.low:+.{decimals}f} to {found.high:+.{decimals}f}){star}"


def main() -> None:
    """Read the store, print the table, keep the rows."""
    study = read_study_runs(Path(sys.argv[1]))
    rows = []
    for measure in study.study.outcomes:
        of = study.runs.pivot_table(index="seed", columns=["strategy", "tick_min"], values=measure)
        usual, other = of["reactive"], of["hotspot"]
        row = {"measure": MEASURES[measure].label("en"), "at 5 min": f"{usual[USUAL].mean():.2f}"}
        for tick in OTHERS:
            change = 100.0 * (usual[tick] - usual[USUAL]) / usual[USUAL].mean()
            row[f"{tick} min, %"] = told(mean_estimate(change.to_numpy()), 1)
        for tick in (1, USUAL, *OTHERS[1:]):
            row[f"hotspot at {tick} min"] = told(mean_estimate((other[tick] - usual[tick]).to_numpy()), 2)
        for tick in OTHERS:
            apart = (other[tick] - usual[tick]) - (other[USUAL] - usual[USUAL])
            row[f"hotspot, {tick} less 5 min"] = told(mean_estimate(apart.to_numpy()), 2)
        rows.append(row)
    table = pd.DataFrame(rows)
    table.to_csv(Path(__file__).with_name("levels.csv"), index=False)
    print("| " + " | ".join(table.columns) + " |\n|" + "---|" * len(table.columns))
    for line in table.itertuples(index=False):
        print("| " + " | ".join(line) + " |")


if __name__ == "__main__":
    main()
