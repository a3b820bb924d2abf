"""What a reform did in each history: beside the same history policed as before, from the day on which it came.

The simulation has what no city has, the same years without the reform. Everything else is equal to the last draw.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.batch.history.arms import World
from sim.batch.history.figures import ACCOUNTED, COUNTED, FIGURES
from sim.batch.history.many import TWIN, Made
from sim.scenarios.people import Attitudes
from sim.statistics.estimates import Estimate, mean_estimate

Floats = NDArray[np.float64]
SHOWN = ("true", "recorded", "calls", "safe", "satisfied", "security", "satisfaction")
"""Figures of which an effect is told."""
RATIO_IN_FIELD = (4.0, 14.0)
"""How many times as much an unfair contact takes from satisfaction as a fair one adds, in surveys of seven places
[skogan2006]."""


class Balance(NamedTuple):
    """Hold what the visits of a reform add to satisfaction and what they take, in standard deviations.

    Each is the number of such visits at which somebody was met, by what one does, by how long it is remembered, for a
    resident on an average day.
    """

    gained: float
    lost: float
    ratio: float
    """what an unfair visit takes over what a fair one adds, as it is set"""
    turns_at: float
    """the ratio at which the visits would add nothing"""


def months_after(world: World, months: pd.DataFrame, *, first: int = 0, most: int | None = None) -> pd.DataFrame:
    """Give the whole months of a table from the reform of a world on, `most` of them."""
    reform = world.reformed_on
    assert reform is not None
    begin = reform if reform.day == 1 else _next_month(reform)
    known = sorted(month for month in months["month"].unique() if month >= f"{begin:%Y-%m}")
    chosen = known[first : None if most is None else first + most]
    return months[months["month"].isin(chosen)]


def values_of(months: pd.DataFrame, figure: str) -> pd.Series:
    """Make a figure of some months of each run, by arm, parameter set and seed; of what is asked, the mean wave."""
    groups = months.groupby(["arm", "set", "seed"], sort=False)
    about = FIGURES.get(figure)
    if about is None or not about.below:
        return groups[figure if about is None else about.above].mean()
    with np.errstate(divide="ignore", invalid="ignore"):
        return about.factor * groups[about.above].sum() / groups[about.below].sum()


def effects_of(made: Made, arm: str, figure: str, *, point: int, most: int | None = None) -> Floats:
    """Give what the reform did to a figure, one value for each seed: a log ratio of counts, else a difference.

    Zero where the history has no reform.
    """
    world = made.worlds[arm]
    if world.reformed_on is None:
        return np.zeros(len(made.seeds))
    own = made.months[made.months["set"] == point]
    after = months_after(world, own[own["arm"].isin([arm, TWIN.format(arm)])], most=most)
    values = values_of(after, figure).reset_index(name="value").pivot_table(index="seed", columns="arm", values="value")
    if set(values.columns) != {arm, TWIN.format(arm)}:
        return np.full(len(made.seeds), np.nan)
    one, other = (values[key].reindex(made.seeds).to_numpy(np.float64) for key in (arm, TWIN.format(arm)))
    if figure in FIGURES and FIGURES[figure].kind == "count":
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(np.log(one / other), np.float64)
    return np.asarray(one - other, np.float64)


def tabulate_effects(made: Made) -> pd.DataFrame:
    """List what each reform did, over the seeds of each parameter set.

    Returns
    -------
    table
        `arm`, `set`, `figure` (or a name of `ACCOUNTED`), `value`, `low`, `high`, `n_seeds`: % for counts, percentage
        points for shares, else on the scale from 0 to 1
    """
    rows = []
    for arm, world in made.worlds.items():
        for point in range(len(made.sets)) if world.reformed_on is not None else ():
            for figure in (*SHOWN, *ACCOUNTED):
                effects = effects_of(made, arm, figure, point=point)
                known = effects[np.isfinite(effects)]
                rows.append((arm, point, figure, *_shown(mean_estimate(known), figure), len(known)))
    return pd.DataFrame(rows, columns=["arm", "set", "figure", "value", "low", "high", "n_seeds"])


def balance_of_visits(made: Made, arm: str, point: int) -> Balance | None:
    """Weigh what fair visits add to satisfaction against what unfair ones take; None without visits.

    Two numbers of opposite sign, of which neither is well known, decide whether a reform that visits people satisfies
    them. Where they nearly cancel, the sign of their sum is that of our judgement.
    """
    world = made.worlds[arm]
    if world.reformed_on is None:
        return None
    own = made.months[(made.months["set"] == point) & (made.months["arm"] == arm)]
    sums = months_after(world, own)[list(COUNTED)].sum()
    if sums["met_fair"] + sums["met_unfair"] <= 0.0:
        return None
    p = _attitudes_of(made, arm, point)
    a_day = 1.0 / (365.0 * sums["person_years"])
    gained = sums["met_fair"] * p.gain_visit * remembered_days(p, p.contact_days) * a_day
    taken = sums["met_unfair"] * remembered_days(p, p.unfair_days) * a_day
    lost, gain = taken * p.unfair_satisfaction, p.gain_visit
    with np.errstate(divide="ignore"):
        turns_at = float(np.divide(gained, taken * gain)) if gain > 0.0 else np.nan
    return Balance(float(gained), float(lost), p.unfair_satisfaction / gain if gain > 0.0 else np.inf, turns_at)


def remembered_days(p: Attitudes, half_life: float) -> float:
    """Give the days for which an impression lasts in full, had it gone at once: the area below its fading.

    An impression has a quick and a slow part, mixed so that half is left after the half-life, as
    `sim.agents.feelings.fresh_share` does it.
    """
    quick, slow = p.fresh_days, p.lasting_days
    days = min(max(half_life, quick), slow)
    left_quick, left_slow = 0.5 ** (days / quick), 0.5 ** (days / slow)
    fresh = 1.0 if slow <= quick else (left_slow - 0.5) / (left_slow - left_quick)
    return float((fresh * quick + (1.0 - fresh) * slow) / np.log(2.0))


def signs_over_sets(effects: pd.DataFrame, arm: str, figure: str) -> tuple[int, int, int]:
    """Count the parameter sets in which a reform clearly raises a figure, clearly lowers it, or neither."""
    own = effects[(effects["arm"] == arm) & (effects["figure"] == figure)]
    up, down = int((own["low"] > 0.0).sum()), int((own["high"] < 0.0).sum())
    return up, down, len(own) - up - down


def strongest_parameter(made: Made, effects: pd.DataFrame, arm: str, figure: str) -> str:
    """Name the parameter by which the sets differ most in an effect, by Spearman's rank correlation; '' for none."""
    own = effects[(effects["arm"] == arm) & (effects["figure"] == figure)].set_index("set")["value"]
    moving = [name for name in made.sets.columns if made.sets[name].nunique() > 1]
    if own.nunique() < 2 or not moving:
        return ""
    related = {str(name): abs(made.sets[name].rank().corr(own.reindex(made.sets.index).rank())) for name in moving}
    return max(related, key=lambda name: -1.0 if np.isnan(related[name]) else related[name])


def _attitudes_of(made: Made, arm: str, point: int) -> Attitudes:
    values = {str(name): made.sets[name].iat[point].item() for name in made.sets.columns}
    scenario = made.worlds[arm].scenario
    return (scenario.replace(values, where="--parameters") if values else scenario).attitudes


def _shown(estimate: Estimate, figure: str) -> Estimate:
    if figure in FIGURES and FIGURES[figure].kind == "count":
        return Estimate(*(100.0 * float(np.expm1(one)) for one in estimate))
    return estimate


def _next_month(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)
