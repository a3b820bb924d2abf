"""Trials that ask what people feel, with the design that `cpsim trial` has."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.agents.tables import AWAY
from sim.batch.trial.conduct import Before, count_units, run_in_two_parts, treated_by
from sim.batch.trial.once import ADULT
from sim.clock import SHIFTS_A_DAY
from sim.outcomes.questionnaire import MIN_AGE
from sim.policies.contract.registry import make_policy
from sim.policies.home_visits import HomeVisits
from sim.policies.in_places import Treatment
from sim.policies.newsletters import Newsletters
from sim.policies.protocol import PolicyModel
from sim.scenarios.people import Survey
from sim.scenarios.scenario import Scenario
from sim.statistics.trials import Lot, draw_by_lot, estimate_change
from sim.validation.claim import Setting
from sim.validation.persons import follow_persons, share_who_agree
from sim.validation.seen import watch
from sim.world import World, build_city, build_world

Floats = NDArray[np.float64]

EARLY_DAYS, LATE_DAYS = 3, 21
WEEKS_OF_VISITS = 4


def community_policing(scenario: Scenario, setting: Setting, seed: int) -> dict[str, float]:
    """Compare answers and offences of districts with and without it, by lot, after a year against before it.

    Odds are those of an answer of 4 or 5 by everybody of 16 years and more, with the noise of an answer; what the odds
    of the two groups of districts were to each other before is taken out. Training and roles of officers act on the
    whole force, so that what is compared is visits and sector time, not training.
    """
    strategy, from_day = make_policy(setting.policy), int(setting.design["from_day"])
    district = build_city(scenario).district.astype(np.int64)
    n = int(district.max()) + 1
    lot = Lot(np.zeros(0, np.int64), np.zeros(0, np.int64))

    def choose(before: Before) -> PolicyModel:
        nonlocal lot
        lot = draw_by_lot(np.zeros(n), (0.5,), np.random.default_rng([seed, 1]), by="chance")
        where = Treatment(districts=tuple(np.flatnonzero(lot.arm == 1).tolist()))
        return treated_by(scenario, [strategy], [where], from_day=from_day)

    run = run_in_two_parts(
        scenario, treated_by(scenario, [strategy], [Treatment()], from_day=from_day), choose, seed,
        from_day=from_day, feelings_on=setting.feelings_on,
    )  # fmt: skip
    people = run.tables["people"].set_index("resident")
    counts = count_units(run.tables["offences"], district, n, from_day=from_day, end_day=scenario.n_days)
    numbers = {
        "offences_change": 100.0 * float(np.expm1(estimate_change(counts.before, counts.after, lot).value)),
        "n_treated": float((lot.arm == 1).sum()),
    }
    for item in ("satisfaction", "trust", "security"):
        odds = [
            _log_odds_ratio(run.feelings[day], people, lot.arm, item, scenario.survey)
            for day in (min(run.feelings), max(run.feelings))
        ]
        numbers[f"{item}_or"] = float(np.exp(odds[1] - odds[0]))
        numbers[f"{item}_or_after"] = float(np.exp(odds[1]))
    return numbers


def _log_odds_ratio(
    felt: pd.DataFrame, people: pd.DataFrame, arm: NDArray[np.int64], item: str, survey: Survey
) -> float:
    """Compare the odds of agreeing between the treated districts and the others."""
    here = felt[(felt["present"] > 0) & (felt["resident"].map(people["age"]) >= MIN_AGE)]
    treated = arm[here["resident"].map(people["district"]).to_numpy(np.int64)] == 1
    shares = np.array([share_who_agree(here.loc[mine, item], item, survey) for mine in (treated, ~treated)]) / 100.0
    odds = np.log(shares / (1.0 - shares))
    return float(odds[0] - odds[1])


def friendly_visit(scenario: Scenario, setting: Setting, seed: int) -> dict[str, float]:
    """Compare who was met at a home visited by lot with an adult of each control home, three and 21 days later.

    Outcome is the mean of satisfaction and trust, less its value on the evening before the visit, in standard
    deviations of the control group on that evening. Visits go on for four weeks; each control home is asked on the
    days of a visited one.
    """
    design = setting.design
    n_visited, n_control, from_day = (int(design[name]) for name in ("n_visited", "n_control", "from_day"))
    rng = np.random.default_rng([seed, 1])
    felt: dict[int, Floats] = {}
    keys: dict[int, NDArray[np.uint64]] = {}

    def look(world: World, shift: int) -> None:
        day, left = divmod(shift, SHIFTS_A_DAY)
        if left == 0:
            residents = world.state.residents
            felt[day - 1] = (residents["satisfaction"].astype(float) + residents["trust"]) / 2.0
            keys[day - 1] = np.where(residents["present"] == 1, residents["key"], 0).astype(np.uint64)

    homes = _homes_by_lot(scenario, seed, n_visited + n_control, rng)
    visited, control = homes[:n_visited], homes[n_visited:]
    visits = HomeVisits(homes=tuple(visited.tolist()), first_day=from_day, a_day=-(-n_visited // (7 * WEEKS_OF_VISITS)))
    seen = watch(scenario, visits, seed, each_shift=look)
    household = seen.world.state.residents["household"]
    day_of_home = {int(home): visits.day_of(place) for place, home in enumerate(visited)}
    contacts = seen.tables["contacts"]
    made = contacts[(contacts["kind"] == "visit") & np.isin(household[contacts["resident"]], visited)]
    made = made[(made["t"] // 1440) == pd.Series(household[made["resident"]], made.index).map(day_of_home)]
    met = made[made["met"] > 0]
    treated = pd.DataFrame({"resident": met["resident"], "day": (met["t"] // 1440).astype(int)})
    grown = np.flatnonzero(seen.world.state.residents["age"] >= ADULT)
    adult = pd.Series(grown, household[grown]).sample(frac=1.0, random_state=seed).groupby(level=0).first()
    others = pd.DataFrame({"resident": adult.reindex(control).to_numpy()}).dropna().astype(int)
    others["day"] = [visits.day_of(place * n_visited // n_control) for place in range(len(others))]
    early, late = (difference_of_change(treated, others, felt, keys, after) for after in (EARLY_DAYS, LATE_DAYS))
    return {
        "met_3_days_sd": early,
        "met_21_days_sd": late,
        "left_21_days": late / early if early else np.nan,
        "met": 100.0 * len(met) / len(made) if len(made) else np.nan,
        "n_visits": float(len(made)),
        "n_met": float(len(met)),
        "n_control": float(len(others)),
    }


def newsletters(scenario: Scenario, setting: Setting, seed: int) -> dict[str, float]:
    """Compare wards whose homes get letters, by lot, with the others: change of confidence from before to the last day.

    Confidence is the mean of satisfaction and trust of adults who stayed, in standard deviations between them before.
    Letters come once a month and say what was done about the problems of the street; nothing else is done there.
    """
    from_day = int(setting.design["from_day"])
    district = build_city(scenario).district.astype(np.int64)
    n = int(district.max()) + 1
    lot = draw_by_lot(np.zeros(n), (0.5,), np.random.default_rng([seed, 1]), by="chance")
    streets = np.flatnonzero(lot.arm[district] == 1)
    policy = Newsletters(streets=tuple(streets.tolist()), first_day=from_day)
    seen = watch(scenario, policy, seed, feelings_on=setting.feelings_on)
    before, after = min(seen.feelings), max(seen.feelings)
    persons = follow_persons(seen, before, after)
    felt = {
        day: (persons[f"satisfaction_{day}"] + persons[f"trust_{day}"]).to_numpy(float) / 2.0 for day in (before, after)
    }
    people = seen.tables["people"].set_index("resident").loc[persons.index]
    treated = lot.arm[people["district"].to_numpy(np.int64)] == 1
    change = felt[after] - felt[before]
    return {
        "confidence_sd": float((change[treated].mean() - change[~treated].mean()) / felt[before].std()),
        "n_treated": float((lot.arm == 1).sum()),
        "change_without_sd": float(change[~treated].mean() / felt[before].std()),
    }


def _homes_by_lot(scenario: Scenario, seed: int, n: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Draw households in which an adult lives who is in the city when the run begins."""
    state = build_world(scenario, seed).state
    residents = state.residents
    here = (residents["age"] >= ADULT) & (residents["present"] == 1) & (state.where != AWAY)
    return rng.permutation(np.unique(residents["household"][here]))[:n].astype(np.int64)


def difference_of_change(
    treated: pd.DataFrame,
    control: pd.DataFrame,
    felt: dict[int, Floats],
    keys: dict[int, NDArray[np.uint64]],
    after: int,
) -> float:
    """Compare the change from the evening before, in standard deviations of the control group on that evening."""
    change = []
    levels: list[float] = []
    for group in (treated, control):
        values = []
        for resident, day in zip(group["resident"], group["day"], strict=True):
            same = keys[day - 1][resident] == keys[day + after][resident] != 0
            if same:
                values.append(felt[day + after][resident] - felt[day - 1][resident])
                levels += [float(felt[day - 1][resident])] if group is control else []
        change.append(float(np.mean(values)) if values else np.nan)
    return float((change[0] - change[1]) / np.std(levels)) if levels else np.nan
