"""Run zhengzhou and its five other histories, and tell which pairs the published totals can tell apart.

    python scripts/zhengzhou_histories.py run --scale 200 --seeds 4     # goes on where it was stopped
    python scripts/zhengzhou_histories.py tell                          # writes the tables of docs/zhengzhou.md

A row of the CSV file is a year of a run. What differs clearly is judged against the spread between seeds, since the
city was one draw, and against what a published figure can be trusted to (`TRUSTED`, our judgement).
"""

from __future__ import annotations

import argparse
import os
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd

from sim.agents.tables import BY_VISIT
from sim.batch.running.rows import Row, make_rows
from sim.engine import run_shifts
from sim.ledger.columns import frame_of
from sim.outcomes.questionnaire import ask_residents, find_people
from sim.outcomes.survey import publish_index
from sim.policies.contract.registry import make_policy
from sim.scenarios.scenario import Scenario, load_scenario
from sim.world import World, build_world

ROOT = Path(__file__).parents[1]
ROWS = ROOT / "docs/data/zhengzhou_histories.csv"
PAGE = ROOT / "docs/zhengzhou.md"
HISTORIES = (
    "zhengzhou", "zhengzhou_true_rise", "zhengzhou_recording_only", "zhengzhou_decline_no_grids",
    "zhengzhou_auxiliaries_no_grids", "zhengzhou_grids_no_auxiliaries",
)  # fmt: skip
CRIMES_FILED = slice(0, 4)
"""Disorder is no criminal case, so it is left out of recorded crime."""
SURVEYED = 10_000
"""Residents invited to a wave: so many that the sample adds little to the chance of the run."""
COLUMNS = {
    "recorded": ("recorded crime", "per 10,000", 1),
    "custody": ("persons sentenced", "per 10,000", 1),
    "calls": ("calls", "per 1,000", 0),
    "safe": ("feel safe", "%", 1),
    "satisfied": ("satisfied", "%", 1),
    "true": ("true crime", "per 10,000", 1),
    "known": ("known to the police", "% of true crime", 1),
    "kept": ("recorded of what is known", "%", 1),
    "visits": ("visits", "per 1,000", 0),
    "registered": ("tenants registered", "%", 1),
}
PUBLISHED = {
    "recorded": (2012, 2013, 2014, 2015),
    "custody": (2012, 2014, 2015, 2016),
    "calls": (2014, 2016, 2017),
    "safe": (2017,),
    "satisfied": (2017,),
}
"""Years for which an office gave the figure out; a difference in any other year nobody could have seen."""
TRUSTED = {"recorded": 0.17, "custody": 0.17, "calls": 0.10, "safe": 0.02, "satisfied": 0.02}
"""Share of itself to which a published total can be trusted at best. The city's recorded crime is known from
provincial rates only, to 17 %; the others are our judgement."""
LEAST_D = 3.0
"""Difference, in standard deviations between seeds, from which two histories can be distinguished."""


def run_year_by_year(name: str, scale: float, seed: int) -> list[Row]:
    """Run a history and count what happened in each year."""
    scenario = load_scenario(name).at_scale(scale).replace({"survey.survey_sample": SURVEYED})
    world = build_world(scenario, seed)
    years = {scenario.start.year + i: _empty() for i in range(scenario.n_days // 365)}
    for shift, rows in run_shifts(world, make_policy(scenario.policy)):
        today = scenario.clock.date_of((shift - 1) // 3)
        if today.year not in years:
            continue
        _count(years[today.year], rows)
        if (today.month, today.day) == (12, 31) and shift % 3 == 0:
            _survey(years[today.year], world, today.year)
    rows = [{"history": name, "seed": seed, "year": year, **_rates(scenario, row)} for year, row in years.items()]
    return pd.DataFrame(rows).assign(scale=scale).round(4).to_dict("records")


def _empty() -> dict[str, float]:
    return dict.fromkeys(
        ("days", "people", "true", "known", "recorded", "calls", "custody", "visits", "tenants", "registered"), 0.0
    )


def _count(row: dict[str, float], rows: dict[str, np.ndarray]) -> None:
    days = rows["days"]
    row["days"] += len(days)
    row["people"] += days["n_residents"].sum()
    row["tenants"] += days["n_migrants"].sum()
    row["registered"] += days["n_registered"].sum()
    row["calls"] += days["n_calls"].sum()
    for name, column in (("true", "n_offences"), ("known", "n_reported"), ("recorded", "n_recorded")):
        row[name] += days[column][:, CRIMES_FILED].sum()
    row["custody"] += (rows["arrests"]["custody_days"] > 0).sum()
    row["visits"] += (rows["contacts"]["kind"] == BY_VISIT).sum()


def _survey(row: dict[str, float], world: World, year: int) -> None:
    wave = ask_residents(find_people(world.state), seed=world.seed, wave=year, survey=world.scenario.survey)
    index = publish_index(frame_of("answers", wave))
    row["safe"], row["satisfied"] = 100.0 * index.safe.value, 100.0 * index.satisfied.value


def _rates(scenario: Scenario, row: dict[str, float]) -> dict[str, float]:
    people = row["people"] / row["days"] * row["days"] / 365.0
    return {
        "people": row["people"] / row["days"] * scenario.people.residents_per_agent,
        "tenants": row["tenants"] / row["days"] * scenario.people.residents_per_agent,
        "recorded": 1e4 * row["recorded"] / people,
        "custody": 1e4 * row["custody"] / people,
        "calls": 1e3 * row["calls"] / people,
        "safe": row["safe"],
        "satisfied": row["satisfied"],
        "true": 1e4 * row["true"] / people,
        "known": 100.0 * row["known"] / row["true"],
        "kept": 100.0 * row["recorded"] / row["known"],
        "visits": 1e3 * row["visits"] / people,
        "registered": 100.0 * row["registered"] / row["tenants"],
    }


def run_all(rows_file: Path, scale: float, n_seeds: int) -> None:
    """Run every history with every seed that the file does not hold yet, and add its rows as it is done."""
    jobs = {(name, seed): (name, scale, seed) for seed in range(1, n_seeds + 1) for name in HISTORIES}
    make_rows(
        jobs,
        lambda job: run_year_by_year(*job),
        columns=("history", "seed"),
        workers=os.cpu_count() or 1,
        file=rows_file,
        tell=lambda sentence: print(sentence, flush=True),
    )


def years_table(rows: pd.DataFrame, column: str) -> str:
    """Lay one figure out by year and history: mean, and the standard deviation between seeds."""
    _, _, decimals = COLUMNS[column]
    years = sorted(rows["year"].unique())
    lines = ["| history | " + " | ".join(map(str, years)) + " |", "|---|" + "---:|" * len(years)]
    for name in HISTORIES:
        mine = rows[rows["history"] == name].groupby("year")[column]
        cells = [f"{m:.{decimals}f} ± {s:.{decimals}f}" for m, s in zip(mine.mean(), mine.std(ddof=1), strict=True)]
        lines.append(f"| `{name}` | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def pairs_table(rows: pd.DataFrame) -> str:
    """Tell of each pair of histories the largest difference in each figure, and whether totals tell it apart."""
    names = [COLUMNS[c][0] for c in COLUMNS]
    lines = ["| pair | " + " | ".join(names) + " | published totals |", "|---|" + "---|" * (len(names) + 1)]
    for a, b in combinations(HISTORIES, 2):
        gaps = {column: largest_difference(rows, a, b, column) for column in COLUMNS}
        telling = [COLUMNS[c][0] for c in PUBLISHED if gaps[c][1] >= LEAST_D and gaps[c][2] > TRUSTED[c]]
        cells = [f"{d:.1f} sd, {100 * share:.0f} % ({year})" for year, d, share in gaps.values()]
        verdict = f"tell apart, by {', '.join(telling)}" if telling else "**cannot**"
        short = " / ".join(f"`{name.removeprefix('zhengzhou_')}`" for name in (a, b))
        lines.append(f"| {short} | " + " | ".join(cells) + f" | {verdict} |")
    return "\n".join(lines)


def largest_difference(rows: pd.DataFrame, a: str, b: str, column: str) -> tuple[int, float, float]:
    """Find the year in which two histories differ most, in standard deviations and as a share.

    Of a figure that was published, only the years count for which it was.

    Returns
    -------
    year, d, share
        `d` is the difference over the pooled deviation between seeds
    """
    one, other = (rows[rows["history"] == name].groupby("year")[column] for name in (a, b))
    gap = (one.mean() - other.mean()).abs()
    # The deviation of all years together: that of a single one rests on a handful of seeds.
    spread = float(np.sqrt((one.var(ddof=1).mean() + other.var(ddof=1).mean()) / 2.0))
    year = int(gap[gap.index.isin(PUBLISHED.get(column, gap.index))].idxmax())
    level = (one.mean()[year] + other.mean()[year]) / 2.0
    return year, float(gap[year]) / max(spread, 1e-9), float(gap[year]) / max(float(level), 1e-9)


def tell(rows_file: Path, page: Path) -> None:
    """Write the tables between the markers of the page."""
    rows = pd.read_csv(rows_file)
    scales = ", ".join(f"1:{k:g}" for k in rows["scale"].unique())
    seeds = rows.groupby("history")["seed"].nunique()
    parts = [f"Measured at {scales}, {seeds.min()} seeds; mean ± standard deviation between seeds."]
    for column, (name, unit, _) in COLUMNS.items():
        parts.append(
            f"**{name[0].upper()}{name[1:]}**, {unit}{' (published)' if column in PUBLISHED else ''}\n\n"
            + years_table(rows, column)
        )
    pairs = "Largest difference of any year; of a published figure, of the years for which it was published.\n\n"
    pairs += pairs_table(rows)
    text = page.read_text(encoding="utf-8")
    for marker, content in (("years", "\n\n".join(parts)), ("pairs", pairs)):
        before, begin, rest = text.partition(f"<!-- {marker} -->\n")
        _, end, after = rest.partition(f"<!-- end {marker} -->")
        assert end, f"{page} has no marker {marker}"
        text = f"{before}{begin}{content}\n{end}{after}"
    page.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("act", choices=("run", "tell"))
    parser.add_argument("--rows", type=Path, default=ROWS)
    parser.add_argument("--scale", type=float, default=200.0)
    parser.add_argument("--seeds", type=int, default=5)
    given = parser.parse_args()
    if given.act == "run":
        run_all(given.rows, given.scale, given.seeds)
    else:
        tell(given.rows, PAGE)
