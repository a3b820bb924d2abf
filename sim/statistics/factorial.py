"""A full factorial design of switches: what each adds alone, what two add together, and how the whole is shared out.

A response is an array of shape (2, 2, ..., n): one axis a switch, 0 for off and 1 for on, and last the seeds, which are
kept apart. All values are exact sums over the 2^k settings, nothing is fitted.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from math import comb

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.errors import InputError
from sim.statistics.estimates import UNKNOWN, Estimate, mean_estimate, ratio_of_means

Floats = NDArray[np.float64]

COLUMNS = (
    "measure", "effect", "switch", "other", "value", "low", "high", "share", "share_low", "share_high", "n_seeds",
)  # fmt: skip


def main_effect(response: Floats, switch: int) -> Floats:
    """Give what turning a switch on changes, as a mean over all settings of the others."""
    return np.asarray(_mean(np.take(response, 1, switch) - np.take(response, 0, switch), _n_switches(response) - 1))


def interaction(response: Floats, one: int, other: int) -> Floats:
    """Give how much more one switch changes where the other is on than where it is off, as a mean over the rest."""
    first, second = sorted((one, other))
    changed = np.take(response, 1, second) - np.take(response, 0, second)
    both = np.take(changed, 1, first) - np.take(changed, 0, first)
    return np.asarray(_mean(both, _n_switches(response) - 2))


def shapley_value(response: Floats, switch: int) -> Floats:
    """Give the share of a switch in the difference between all on and all off (Shapley 1953).

    It is what the switch adds, as a mean over all orders in which the switches can be turned on: every number of
    switches turned on before counts the same, however many settings have that number. So shares add up to the whole
    difference, which the unweighted mean over all settings does not once three switches act together.
    """
    k = _n_switches(response)
    added = np.take(response, 1, switch) - np.take(response, 0, switch)
    n_before = np.indices((2,) * (k - 1)).sum(axis=0) if k > 1 else np.zeros((), np.int64)
    weight = 1.0 / (k * np.array([comb(k - 1, n) for n in range(k)], float)[n_before])
    return np.asarray(np.tensordot(weight, added, axes=(tuple(range(k - 1)), tuple(range(k - 1)))))


def total_difference(response: Floats) -> Floats:
    """Give the difference between all switches on and all off."""
    k = _n_switches(response)
    return np.asarray(response[(1,) * k] - response[(0,) * k])


def stack_response(runs: pd.DataFrame, *, switches: Sequence[str], measure: str) -> Floats:
    """Lay the runs of a design out as a response, with the seeds as the last axis.

    A seed of which a run is missing is left out: effects are taken within a seed.

    Parameters
    ----------
    runs
        one row per run: `seed`, one column of 0 and 1 for each switch, and the measure

    Raises
    ------
    InputError
        If a setting was run twice with one seed.
    """
    k = len(switches)
    if runs.duplicated([*switches, "seed"]).any():
        raise InputError("factorial design: each setting may have one run a seed; drop repeated runs first")
    setting = (runs[list(switches)].to_numpy(np.int64) @ (1 << np.arange(k)[::-1])) if k else np.zeros(len(runs), int)
    table = runs.assign(setting=setting).pivot(index="setting", columns="seed", values=measure)
    whole = table.reindex(range(2**k)).dropna(axis="columns", how="any")
    return np.asarray(whole.to_numpy(np.float64).reshape((2,) * k + (whole.shape[1],)))


def tabulate_effects(runs: pd.DataFrame, *, switches: Sequence[str], measures: Sequence[str]) -> pd.DataFrame:
    """Estimate every effect of every switch on every measure, from pairs of runs with one seed.

    Parameters
    ----------
    runs
        one row per run: `seed`, one column of 0 and 1 for each switch, and the measures

    Returns
    -------
    table
        `COLUMNS`; `effect` is 'off' and 'on' (the means of all off and all on), 'total', 'main', 'shapley' or
        'interaction' (of `switch` and `other`). `share` is that of a Shapley value in the total difference, in
        per cent, and is not known where the interval of the total covers zero
    """
    rows = []
    for measure in measures:
        response = stack_response(runs, switches=switches, measure=measure)
        rows += [
            (measure, *about, *value, *share, response.shape[-1])
            for *about, value, share in _effects(response, switches)
        ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


Effect = tuple[str, str, str, Estimate, Estimate]
"""Name of an effect, one or two switches, its value, and its share in the total."""


def _effects(response: Floats, switches: Sequence[str]) -> list[Effect]:
    k = len(switches)
    total = total_difference(response)
    whole = mean_estimate(total)
    is_clear = whole.low > 0.0 or whole.high < 0.0
    effects: list[Effect] = [
        ("off", "", "", mean_estimate(response[(0,) * k]), UNKNOWN),
        ("on", "", "", mean_estimate(response[(1,) * k]), UNKNOWN),
        ("total", "", "", whole, UNKNOWN),
    ]
    for i, switch in enumerate(switches):
        effects.append(("main", switch, "", mean_estimate(main_effect(response, i)), UNKNOWN))
    for i, switch in enumerate(switches):
        value = shapley_value(response, i)
        share = ratio_of_means(100.0 * value, total) if is_clear else UNKNOWN
        effects.append(("shapley", switch, "", mean_estimate(value), share))
    for i, j in combinations(range(k), 2):
        effects.append(("interaction", switches[i], switches[j], mean_estimate(interaction(response, i, j)), UNKNOWN))
    return effects


def _n_switches(response: Floats) -> int:
    """Count the axes but for the last, which holds the seeds."""
    return response.ndim - 1


def _mean(values: Floats, n_axes: int) -> Floats:
    return np.asarray(values.mean(axis=tuple(range(n_axes))) if n_axes else values)
