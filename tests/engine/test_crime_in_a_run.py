"""Who offends, who is hurt, where and when in a run: each fact of the field shows, and not when its rule is cut."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest
from numpy.random import Generator
from numpy.typing import NDArray
from worlds import play, run, scenario

from sim.agents.state import Table
from sim.agents.tables import NONE
from sim.clock import DAY_MIN
from sim.params import ASSAULT, BURGLARY, CRIMES, THEFT
from sim.policies.protocol import Observation, Orders, PolicyModel, Task
from sim.world import build_world

FREE: dict[str, Any] = {
    "n_days": 56,
    "start": "2014-01-06",
    "people__n_residents": 3000,
    "offending__share_offending": 0.2,
    "offending__searches_per_year": 150.0,
    "investigation__p_charged": 0.0,
    "deterrence__risk_per_arrest": 0.0,
    "deterrence__risk_per_partner": 0.0,
    "disputes__disputes_per_household": 0.0,
    "retaliation__p_strike_back": 0.0,
    "demand__other_calls": 0.0,
    "force__stops_per_hour": 0.0,
}
"""Eight weeks from a Monday on; nobody is taken out of the streets, and quarrels and revenge add nothing."""
UNSEEN: dict[str, Any] = {
    "deterrence__p_deter_present": 0.0,
    "deterrence__residue_max": 0.0,
    "deterrence__risk_per_sighting": 0.0,
    "deterrence__heed": 0.0,
}
"""Police turn nobody away by being there."""
ALIKE: dict[str, Any] = {f"offending__opportunity_spread__{name}": 0.0 for name in CRIMES}
"""Streets do not differ in what can be had there."""


def alone(kind: int) -> dict[str, Any]:
    """Let offenders look for one crime alone."""
    return {f"offending__mix__{name}": float(k == kind) for k, name in enumerate(CRIMES)}


@cache
def offences(seed: int = 1, **changes: Any) -> NDArray[Any]:
    """Give the offences of a town."""
    return play(scenario(**FREE | changes), seed=seed)["offences"]


@cache
def people(seed: int = 1, **changes: Any) -> Table:
    """Give its residents as they were when it began."""
    return build_world(scenario(**FREE | changes), seed).state.residents


def few_and_once(spread: float) -> tuple[float, float]:
    """Give the share of offences by the most active tenth of all who offended, and the share of these with one."""
    times = np.sort(np.bincount(offences(offending__rate_spread=spread)["resident"]))[::-1]
    times = times[times > 0]
    return float(times[: len(times) // 10].sum() / times.sum()), float((times == 1).mean())


def test_few_offend_much_and_many_once_unless_all_offend_alike():
    (few, once), (few_cut, once_cut) = few_and_once(1.5), few_and_once(0.0)
    # Three seeds gave 0.45 to 0.54 against 0.20, and 0.28 to 0.31 against 0.08 to 0.11.
    assert few > 0.35
    assert few_cut < 0.25
    assert once > once_cut + 0.1


def blows(**changes: Any) -> NDArray[Any]:
    """Give the blows of a town in which there is no other crime."""
    return offences(**alone(ASSAULT) | changes)


def hit_again(spread: float) -> float:
    """Give the share of victims of violence who were hit twice or more."""
    times = np.bincount(blows(exposure__frailty_spread=spread)["victim"])
    return float((times[times > 0] > 1).mean())


def test_victims_are_hit_again_more_than_by_chance_unless_all_are_as_frail():
    # Three seeds gave 0.37 to 0.40, each 0.07 above the same without.
    assert hit_again(2.0) > hit_again(0.0) + 0.04


def young_to_old(**changes: Any) -> float:
    """Divide the violence that somebody of 12 to 24 suffers by that of somebody of 45 and more."""
    age = people()["age"]
    times = np.bincount(blows(**changes)["victim"], minlength=len(age))
    return float(times[(age >= 12) & (age <= 24)].mean() / times[age >= 45].mean())


def years_apart(**changes: Any) -> float:
    """Give the mean difference in age between who strikes and who is hit."""
    age, rows = people()["age"].astype(float), blows(**changes)
    return float(np.abs(age[rows["resident"]] - age[rows["victim"]]).mean())


def test_victims_are_young_and_of_the_age_of_who_strikes_unless_company_is_of_all_ages():
    any_age = {"exposure__company_years": 100.0}
    # Three seeds gave 5.1 to 8.8 against 2.4 to 4.3, each twice the other, and 8.6 to 9.2 years against 15.4 to 16.4.
    assert young_to_old() > 1.4 * young_to_old(**any_age)
    assert years_apart() < 0.7 * years_apart(**any_age)


def offenders_to_others(rise: float) -> float:
    """Divide how often offenders are hurt by how often others of their ages and sexes are."""
    who, alike = people(), {"exposure__frailty_spread": 0.0, "exposure__company_of_offenders": rise}
    times = np.bincount(blows(**alike)["victim"], minlength=len(who))
    offends, stratum = who["offender"] != NONE, np.digitize(who["age"], [12, 18, 25, 35, 45, 65]) * 2 + who["male"]
    rows = [(times[offends & (stratum == one)], times[~offends & (stratum == one)]) for one in np.unique(stratum)]
    both = [(one.sum(), other.mean() * len(one)) for one, other in rows if len(one) and len(other)]
    return float(sum(suffered for suffered, _ in both) / sum(expected for _, expected in both))


def test_who_offends_is_hurt_more_unless_offenders_keep_no_company_of_their_own():
    # Three seeds gave 1.76 to 1.92 against 0.87 to 1.04.
    assert offenders_to_others(4.0) > 1.4
    assert offenders_to_others(0.0) < 1.35


def weekend_by_day(**changes: Any) -> float:
    """Give the share of the week's thefts that happen on Saturdays and Sundays between ten and 18 h."""
    t = offences(**alone(THEFT) | changes)["t"]
    hour, day = t % DAY_MIN / 60.0, t // DAY_MIN % 7
    return float(((day >= 5) & (hour >= 10) & (hour < 18)).mean())


def test_thieves_find_more_on_free_days_where_people_run_errands():
    # Three seeds gave 0.14 to 0.17, each a quarter more than without.
    at_home = {f"days__p_{name}": 0.0 for name in ("errand", "second_errand", "errand_after_work")}
    assert weekend_by_day() > 1.1 * weekend_by_day(**at_home)


def burgled_by_day(occupancy: float) -> float:
    """Give the share of burglaries between nine and 17 h."""
    hour = offences(**alone(BURGLARY), deterrence__occupancy_weight=occupancy)["t"] % DAY_MIN / 60.0
    return float(((hour >= 9) & (hour < 17)).mean())


def test_burglars_come_more_by_day_where_they_look_for_empty_homes():
    # Three seeds gave 0.53 to 0.57, each 0.025 to 0.03 above the same without: most of it are the days of offenders.
    assert burgled_by_day(0.9) > burgled_by_day(0.0) + 0.012


def burgled_where_people_are(guardian: float) -> float:
    """Divide the burglaries in the half of the streets with more guests by those in the other half."""
    guests = np.diff(build_world(scenario(**FREE), 1).state.guests_start)
    busy = guests > np.median(guests)
    rows = offences(**alone(BURGLARY) | ALIKE, deterrence__guardian_weight=guardian)
    n = np.bincount(rows["segment"], minlength=len(busy))
    return float(n[busy].sum() / n[~busy].sum())


def test_people_in_the_street_keep_burglars_away_unless_they_do_not_guard():
    # Four seeds gave 0.56 to 0.73 of the ratio without.
    assert burgled_where_people_are(1.0) < 0.9 * burgled_where_people_are(0.0)


def guarded_half(column: str, level: float, kind: int, **changes: Any) -> float:
    """Divide the offences on every other street, with so many guardians, by those on the streets between them."""
    world = build_world(scenario(**FREE | alone(kind) | ALIKE | changes), 1)
    world.state.segments[column] = np.where(np.arange(len(world.state.segments)) % 2 == 0, level, 0.0)
    n = np.bincount(run(world)["offences"]["segment"], minlength=len(world.state.segments))
    return float(n[::2].sum() / n[1::2].sum())


@pytest.mark.parametrize(
    ("column", "level", "kind", "weight", "value"),
    [
        ("n_cameras", 10.0, THEFT, "camera_weight", 0.15),
        ("n_watch", 4.0, THEFT, "watch_weight", 0.5),
        ("n_doorstaff", 6.0, ASSAULT, "doorstaff_weight", 0.5),
        ("ties", 1.0, BURGLARY, "neighbour_weight", 0.05),
    ],
)
def test_streets_that_are_watched_have_less_crime_unless_that_is_cut(column, level, kind, weight, value):
    # Three seeds gave 0.60 to 0.65 of the ratio without, 0.57 to 0.60, 0.82 to 0.85, and 0.56 to 0.65.
    whole, cut = (guarded_half(column, level, kind, **{f"deterrence__{weight}": by}) for by in (value, 0.0))
    assert whole < 0.9 * cut


class Works(PolicyModel):
    """Let all on duty work on some places up to a day, and stay at their desks afterwards."""

    name = "works"
    places: tuple[int, ...] = ()
    until_day: int = 1000

    def decide(self, seen: Observation, rng: Generator) -> Orders:
        """Deal the places in turn."""
        if seen.day >= self.until_day:
            return Orders(tuple(Task(o, "desk") for o in seen.on_duty.tolist()))
        n = len(self.places)
        tasks = (Task(o, "problem", (self.places[i % n],)) for i, o in enumerate(seen.on_duty.tolist()))
        return Orders(tuple(tasks))


def on_worst_streets(from_day: int, until_day: int = 1000, seed: int = 1, **changes: Any) -> int:
    """Count the offences from a day on, on the ten streets with most opportunity, on which officers work."""
    what = scenario(**FREE | UNSEEN | {"repeat__boost_half_life_days": 1.0, "force__problem_hours": 10.0} | changes)
    opportunity = build_world(what, seed).state.segments["opportunity"].mean(axis=1)
    worst = tuple(int(s) for s in np.argsort(-opportunity)[:10])
    rows = play(what, Works(places=worst, until_day=until_day), seed=seed)["offences"]
    return int((np.isin(rows["segment"], worst) & (rows["t"] >= from_day * DAY_MIN)).sum())


def test_work_on_problem_places_lowers_crime_unless_no_cause_is_found():
    # Three seeds gave 417 to 480 against 859 to 1122.
    found, missed = (on_worst_streets(10, force__p_cause_found=share) for share in (1.0, 0.0))
    assert found < 0.75 * missed


def test_crime_comes_back_when_the_work_wears_off_unless_it_lasts():
    # Three seeds gave 339 to 388 against 692 to 878.
    gone, lasting = (
        on_worst_streets(20, 10, force__p_cause_found=1.0, force__problem_half_life_days=days) for days in (1.0, 3650.0)
    )
    assert lasting < 0.75 * gone
