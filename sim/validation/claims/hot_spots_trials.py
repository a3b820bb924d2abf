"""Trials of focused policing at places, with the design that `cpsim trial` has."""

from __future__ import annotations

import numpy as np

from sim.batch.trial.conduct import (
    Before,
    Watched,
    around_units,
    count_units,
    hottest_segments,
    run_in_two_parts,
    surroundings,
    treated_by,
    units_of_segments,
)
from sim.policies.contract.registry import make_policy
from sim.policies.in_places import Treatment
from sim.policies.protocol import PolicyModel
from sim.scenarios.scenario import Scenario
from sim.statistics.trials import Lot, draw_by_lot, estimate_change
from sim.validation.claim import Setting


def randomised_hot_spots(scenario: Scenario, setting: Setting, seed: int) -> dict[str, float]:
    """Compare recorded crime, a year with to a year before, at hot segments with and without stops; pairs by lot.

    Hot are the segments with most records of the first year; of each two that had as many, the lot gives one to the
    treatment. Two blocks around them are compared in the same way, without streets near both kinds. Officers on
    patrol go to the treated segments alone.
    """
    return _places_by_lot(scenario, setting, seed, int(setting.design["n_spots"]))[0]


def randomised_problem_places(scenario: Scenario, setting: Setting, seed: int) -> dict[str, float]:
    """Compare recorded crime, a year with to a year before, at places with most records, one of each pair by lot.

    All places that the lot gave to the treatment count as treated, also those that the strategy did not take up.
    Security is that of adults who live on treated and comparison segments, in standard deviations of the latter.
    """
    numbers, run, segments, lot = _places_by_lot(scenario, setting, seed, int(setting.design["n_places"]))
    felt = run.feelings[max(run.feelings)]
    homes = run.tables["people"].set_index("resident")
    here = felt[(felt["present"] > 0) & (felt["resident"].map(homes["age"]) >= 16)]
    unit = units_of_segments(segments, len(run.world.state.segments))[here["resident"].map(homes["home"]).to_numpy()]
    arm = np.where(unit >= 0, lot.arm[unit], -1)
    treated, control = (here["security"].to_numpy(float)[arm == one] for one in (1, 0))
    worked_on = run.world.state.segments["problem_min"][segments[lot.arm == 1]] > 0
    return numbers | {
        "security_sd": float((treated.mean() - control.mean()) / control.std()),
        "worked_on": float(worked_on.sum()),
    }


def _places_by_lot(
    scenario: Scenario, setting: Setting, seed: int, n: int
) -> tuple[dict[str, float], Watched, np.ndarray, Lot]:
    """Conduct a trial of the segments with most records, in pairs."""
    strategy = make_policy(setting.policy)
    from_day = int(setting.design["from_day"])
    segments, lot = np.zeros(0, np.int64), Lot(np.zeros(0, np.int64), np.zeros(0, np.int64))

    def choose(before: Before) -> PolicyModel:
        nonlocal segments, lot
        n_segments = len(before.world.state.segments)
        segments = hottest_segments(before.tables["incidents"], n_segments, n)
        counts = np.bincount(before.tables["incidents"]["segment"], minlength=n_segments)[segments]
        lot = draw_by_lot(counts.astype(float), (0.5,), np.random.default_rng([seed, 1]))
        places = Treatment(segments=tuple(segments[lot.arm == 1].tolist()))
        return treated_by(scenario, [strategy], [places], from_day=from_day)

    planned = treated_by(scenario, [strategy], [Treatment()], from_day=from_day)
    run = run_in_two_parts(scenario, planned, choose, seed, from_day=from_day, feelings_on=setting.feelings_on)
    net, end = run.world.city.streets, scenario.n_days
    unit = units_of_segments(segments, net.n_segments)
    incidents = run.tables["incidents"]
    counts = count_units(incidents, unit, n, from_day=from_day, end_day=end)
    near = surroundings(net, unit, lot, blocks=int(setting.design["blocks_around"]))
    around, around_lot = around_units(incidents, near, from_day=from_day, end_day=end)
    effect = estimate_change(counts.before, counts.after, lot)
    spill = estimate_change(around.before, around.after, around_lot)
    numbers = {
        "treated_change": _percent(effect.value),
        "catchment_change": _percent(spill.value),
        "log_rate_ratio": float(effect.value),
        "error": effect.error,
        "records_before": float(counts.before.sum()),
        "n_around": float(len(around_lot.arm)),
    }
    return numbers, run, segments, lot


def _percent(log_ratio: float) -> float:
    return 100.0 * float(np.expm1(log_ratio))
