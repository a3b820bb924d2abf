"""Run a place at 1:10 and at 1:100, under several strategies, and lay the measures side by side.

python experiments/scale/study.py district
python experiments/scale/study.py city              # goes on where it was stopped
python experiments/scale/study.py city --tell       # the tables again, from the rows that are there
"""

from __future__ import annotations

import argparse
import os
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.stats import t as student

from sim import Scenario, load_scenario, make_policy, simulate
from sim.batch.running.rows import make_rows
from sim.outcomes.measures import MEASURES
from sim.outcomes.summary import summarise
from sim.params import CRIMES
from sim.world import build_world

HERE = Path(__file__).parent
DISTRICT = {
    "name": "district", "city.streets": "organic", "city.n_segments": 300, "city.part": 0.1,
    "people.n_residents": 30_000, "people.residents_per_agent": 10.0, "force.n_response": 54, "force.n_foot": 9,
    "force.n_community": 12, "force.n_detective": 15, "force.n_districts": 10,
}  # fmt: skip
"""A tenth of 300,000 residents and 3,000 segments, with the default force of 20,000 residents in proportion."""
WARM_UP = 30
SHOWN = (
    "offences_per_1000", "offences_burglary_per_1000", "offences_robbery_per_1000", "offences_theft_per_1000",
    "offences_assault_per_1000", "offences_disorder_per_1000", "recorded_per_1000", "reported_pct", "recorded_pct",
    "calls_per_1000", "response_1_mean_min", "response_all_mean_min", "response_all_median_min", "queue_mean_min",
    "busy_pct", "cleared_pct", "arrests_per_1000", "stops_per_1000", "visits_per_1000", "registered_pct",
    "security_mean", "satisfaction_mean", "trust_mean", "half_segments_pct",
)  # fmt: skip


@dataclass(frozen=True)
class Place:
    """A place of the study: scenario and number of seeds of each arm, and its strategies by short name."""

    arms: dict[str, tuple[Scenario, int]]
    policies: dict[str, str]


def district() -> Place:
    """Give a district of 300,000: at 1:100 it is a piece of 30 segments with five response officers."""
    tenth = Scenario().replace(DISTRICT | {"n_days": 365})
    hundredth = tenth.at_scale(100.0)
    streets = {"city.n_segments": tenth.city.n_segments, "city.part": tenth.city.part}
    thinned = hundredth.replace(streets | {"force.n_districts": tenth.force.n_districts})
    arms = {
        "1:10": (tenth, 4),
        "1:100": (hundredth, 12),
        "1:100, thinned": (thinned, 12),
        "1:30": (tenth.at_scale(30.0), 8),
    }
    return Place(arms, {"reactive": "reactive", "grid": "grid"})


def city() -> Place:
    """Give `zhengzhou`, a city of ten million: at 1:100 it still has 800 segments and 48 response officers."""
    whole = load_scenario("zhengzhou").replace({"n_days": 120})
    arms = {f"1:{scale}": (whole.at_scale(float(scale)), n) for scale, n in ((10, 3), (100, 12), (200, 12))}
    grid = "grid(community_share=0, auxiliaries=0.35)"
    return Place(arms, {"reactive": "reactive", "grid": grid, "hotspot": "hotspot"})


PLACES = {"district": district, "city": city}


def run_one(arm: str, name: str, policy: str, scenario: Scenario, seed: int) -> dict[str, float | str]:
    """Run an arm under a strategy with a seed."""
    run = simulate(scenario, make_policy(policy), seed)
    measures = summarise(
        run.tables,
        n_days=scenario.n_days,
        n_segments=scenario.city.n_segments,
        from_day=WARM_UP,
    )
    return {"arm": arm, "policy": name, "seed": seed, **measures.round(5)}


def run_all(place: Place, file: Path) -> None:
    """Run every arm, strategy and seed that the file has no row of, and add a row for each as it is done."""
    jobs = {
        (arm, name, seed): (arm, name, policy, scenario, seed)
        for arm, (scenario, n_seeds) in place.arms.items()
        for seed in range(1, n_seeds + 1)
        for name, policy in place.policies.items()
    }
    make_rows(
        jobs,
        lambda job: [run_one(*job)],
        columns=("arm", "policy", "seed"),
        workers=os.cpu_count() or 1,
        file=file,
        tell=lambda sentence: print(sentence, flush=True),
    )


def mean_and_half(values: np.ndarray) -> tuple[float, float]:
    """Give a mean and half of its 95 % interval."""
    return float(values.mean()), float(student.ppf(0.975, len(values) - 1) * values.std(ddof=1) / np.sqrt(len(values)))


def welch(a: np.ndarray, b: np.ndarray) -> tuple[float, float]:
    """Give the difference of two independent means and half of its 95 % interval."""
    va, vb = a.var(ddof=1) / len(a), b.var(ddof=1) / len(b)
    freedom = (va + vb) ** 2 / max(va**2 / (len(a) - 1) + vb**2 / (len(b) - 1), 1e-300)
    return float(b.mean() - a.mean()), float(student.ppf(0.975, freedom) * np.sqrt(va + vb))


def levels_table(rows: pd.DataFrame) -> str:
    """Lay out the levels under reactive and how far the other arms are from 1:10."""
    names = list(rows["arm"].unique())
    head = "| reactive | " + " | ".join(names) + " | " + " | ".join(f"{n} against {names[0]}" for n in names[1:]) + " |"
    lines = [head, "|---|" + "---:|" * (2 * len(names) - 1)]
    base = rows[rows["policy"] == "reactive"]
    for measure in SHOWN:
        about, of = MEASURES[measure], {n: base[base["arm"] == n][measure].to_numpy(float) for n in names}
        cells = [f"{m:.{about.decimals}f} ± {h:.{about.decimals}f}" for m, h in map(mean_and_half, of.values())]
        for name in names[1:]:
            gap, half = welch(of[names[0]], of[name])
            level = of[names[0]].mean()
            if level == 0.0:
                cells.append("–")
                continue
            told = "" if abs(gap) <= half else " **clear**"
            cells.append(f"{100 * gap / level:+.0f} ± {100 * half / level:.0f} %{told}")
        lines.append(f"| {about.label('en')} ({about.unit('en')}) | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def differences_table(rows: pd.DataFrame, policy: str) -> str:
    """Lay out a strategy less reactive, in pairs, by arm."""
    names = list(rows["arm"].unique())
    lines = [f"| {policy} less reactive | " + " | ".join(names) + " |", "|---|" + "---:|" * len(names)]
    for measure in SHOWN:
        about, cells = MEASURES[measure], []
        for name in names:
            wide = rows[rows["arm"] == name].pivot_table(index="seed", columns="policy", values=measure)
            gap, half = mean_and_half((wide[policy] - wide["reactive"]).to_numpy(float))
            bold = "**" if abs(gap) > half else ""
            cells.append(f"{bold}{gap:+.{about.decimals + 1}f}{bold} ± {half:.{about.decimals + 1}f}")
        lines.append(f"| {about.label('en')} ({about.unit('en')}) | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def knowledge_table(sizes: tuple[float, ...] = (100.0, 50.0, 20.0, 10.0, 4.0)) -> str:
    """Tell how rich the places are that offenders know, before anything happens, by the size of the piece."""
    tenth, _ = district().arms["1:10"]
    lines = [
        "| scale | segments | known segments | " + " | ".join(CRIMES) + " |",
        "|---|" + "---:|" * (2 + len(CRIMES)),
    ]
    for scale in sizes:
        scenario = tenth.at_scale(scale)
        found = np.array([_knowledge(scenario, seed) for seed in range(1, 9 if scale > 20 else 4)]).mean(axis=0)
        cells = [f"{found[0]:.0f}", *(f"{value:.2f}" for value in found[1:])]
        lines.append(f"| 1:{scale:g} | {scenario.city.n_segments} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _knowledge(scenario: Scenario, seed: int) -> list[float]:
    """Give the number of segments that an offender knows, and their opportunity by type against the city's mean."""
    state = build_world(scenario, seed).state
    known = state.awareness[: state.offenders["aware_n"].sum()]
    rich = known["pull"] @ state.segments["opportunity"][known["segment"]]
    return [float(state.offenders["aware_n"].mean()), *(rich / len(state.offenders)).tolist()]


def main() -> None:
    """Run the study of a place, keep its rows, and write its tables into the README."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("place", choices=PLACES)
    parser.add_argument("--tell", action="store_true", help="write the tables from the rows that are there")
    given = parser.parse_args()
    file, page, place = HERE / f"{given.place}.csv", HERE / "README.md", PLACES[given.place]()
    if not given.tell:
        run_all(place, file)
    rows = pd.read_csv(file)
    tables = [levels_table(rows), "Bold: the interval leaves out zero."]
    tables += [differences_table(rows, policy) for policy in place.policies if policy != "reactive"]
    if given.place == "district":
        tables.append(knowledge_table())
    text = page.read_text(encoding="utf-8")
    pattern = rf"(<!-- {given.place} -->\n).*?(<!-- end {given.place} -->)"
    content = "\n\n".join(tables)
    text, n = re.subn(pattern, lambda m: f"{m[1]}{content}\n{m[2]}", text, flags=re.DOTALL)
    assert n == 1
    page.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
