"""What the police hear of and put on record, and what moves it: recording alone, or the trust of residents."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from sim.agents.feeling_words import TRUST
from sim.clock import DAY_MIN, SHIFTS_A_DAY
from sim.outcomes.reporting import measure_reporting
from sim.outcomes.response import select_called
from sim.params import CRIMES
from sim.scenarios.scenario import Scenario
from sim.validation.claim import Setting
from sim.validation.seen import Seen, watch
from sim.world import World

RECORD_SHARE = "reporting.record_share"


def reported(seen: Seen) -> dict[str, float]:
    """Count offences that somebody told the police of, among all that happened, by their true type.

    Thefts are told without those of cars, as the survey does; property crime holds these too.
    """
    offences = seen.tables["offences"]
    share = measure_reporting(offences, seen.tables["incidents"], seen.tables["calls"])["reported"]
    others = share[["burglary", "robbery", "assault"]]
    numbers = {name: 100.0 * float(share[name]) for name in ("violent", "property", "theft", "robbery")}
    theft = (offences["type"] == "theft").to_numpy()
    car = (offences["thing"] == "vehicle").to_numpy()
    told = (offences["reported"] > 0).to_numpy()
    for name, thefts in (("theft", theft & ~car), ("vehicle", theft & car)):
        numbers[name] = 100.0 * float(told[thefts].mean()) if thefts.any() else float("nan")
    return numbers | {"theft_is_least": float(share["theft"] < others.min())}


def recording_alone(scenario: Scenario, setting: Setting, seed: int) -> dict[str, float]:
    """Run a year twice with the same chances, as it was and with twice the share of attended reports on record.

    A share above one half becomes 1. Records are those of offences of the year, whatever their type.
    """
    factor = float(setting.design["factor"])
    was = watch(scenario, setting.policy, seed).tables
    then = watch(record_more(scenario, factor), setting.policy, seed).tables
    return {
        "records": _ratio(len(then["incidents"]), len(was["incidents"])),
        "offences_change": 100.0 * (_ratio(len(then["offences"]), len(was["offences"])) - 1.0),
        "calls_change": 100.0 * (_ratio(len(select_called(then["calls"])), len(select_called(was["calls"]))) - 1.0),
    }


def record_more(scenario: Scenario, factor: float) -> Scenario:
    """Multiply the shares that are put on record, those of the years of the scenario included."""
    share = scenario.reporting.record_share
    timeline = tuple(
        change.model_copy(update={"values": tuple(min(1.0, factor * value) for value in change.values)})
        if change.parameter.startswith(RECORD_SHARE)
        else change
        for change in scenario.timeline
    )
    more = {f"{RECORD_SHARE}.{crime}": min(1.0, factor * getattr(share, crime)) for crime in CRIMES}
    return scenario.replace(more).model_copy(update={"timeline": timeline})


def trust_falls(scenario: Scenario, setting: Setting, seed: int) -> dict[str, float]:
    """Run twice with the same chances; in one, all residents lose one standard deviation of trust at the end of a day.

    Compared is what somebody reports after that day; the level to which trust returns is left as it is.
    """
    on_day, fall_sd = int(setting.design["on_day"]), float(setting.design["fall_sd"])

    def lose_trust(world: World, shift: int) -> None:
        if shift == (on_day + 1) * SHIFTS_A_DAY:
            residents = world.state.residents
            here = residents["present"] == 1
            fall = fall_sd * float(residents["trust"][here].std())
            residents["lasting"][here, TRUST] -= fall
            residents["trust"][here] = np.clip(residents["trust"][here] - fall, 0.0, 1.0)

    was = watch(scenario, setting.policy, seed).tables
    then = watch(scenario, setting.policy, seed, intervene=lose_trust).tables
    return {
        "reported_change": 100.0 * (_ratio(_n_reported(then, on_day), _n_reported(was, on_day)) - 1.0),
        "offences_change": 100.0 * (_ratio(_n_after(then["offences"], on_day), _n_after(was["offences"], on_day)) - 1),
    }


def _n_reported(tables: Mapping[str, pd.DataFrame], on_day: int) -> int:
    offences = tables["offences"]
    return _n_after(offences[offences["reported"] > 0], on_day)


def _n_after(offences: pd.DataFrame, on_day: int) -> int:
    return int((offences["t"] >= (on_day + 1) * DAY_MIN).sum())


def _ratio(above: float, below: float) -> float:
    return above / below if below > 0 else float("nan")
