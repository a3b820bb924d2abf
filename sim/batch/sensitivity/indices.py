"""Which parameters an outcome depends on, how surely, and what of it is chance alone.

Morris (1991) tells the parameters that matter from those that do not with few runs; Sobol' (2001) shares out the
variance; PAWN (Pianosi & Wagener 2018) compares whole distributions and takes any design that fills the space.
The seeds give chance a share of its own, which stands in the table as a parameter that does nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from sim.batch.sensitivity.outcome import Answers, Asked, Numbers, answers_of, check_asked, space_of
from sim.batch.store.read import StudyRuns
from sim.batch.study.designs import MORRIS_LEVELS, Floats, unit_problem, unit_sample
from sim.errors import InputError

RESAMPLES = 500
SLICES = 10
"""Slices of a parameter in PAWN, where there are points enough."""
LEAST_A_SLICE = 10
"""Points in a slice; with fewer, its distribution is a guess."""
MAIN = {"morris": "mu_star", "sobol": "total", "pawn": "pawn"}
"""The index of each method by which parameters are put in order."""
COLUMNS = ("parameter", "index", "value", "low", "high", "chance", "is_clear")


@dataclass(frozen=True)
class Sensitivity:
    """Hold what an outcome depends on."""

    method: str
    asked: Asked
    scenario: str
    table: pd.DataFrame
    """`COLUMNS`: the index of a parameter with its interval, what it would be by chance alone, and whether its interval
    lies above that"""
    n_points: int
    n_left_out: int
    """points that had to be left out because a run is missing or knows nothing"""
    n_seeds: int
    mean: float
    spread: float
    """standard deviation over the points"""
    noise_share: float
    """share of the variance over the points that is chance of the seeds; not known with one seed"""

    def ordered(self) -> list[str]:
        """Name the parameters, the most important first."""
        main = self.table[self.table["index"] == MAIN[self.method]]
        return [str(name) for name in main.sort_values("value", ascending=False, kind="stable")["parameter"]]


def analyse(found: StudyRuns, asked: Asked, *, scenario: str | None = None, method: str | None = None) -> Sensitivity:
    """Tell what an outcome of a study depends on.

    Parameters
    ----------
    method
        'pawn' to ask for it although the design is for another; by default that of the design

    Raises
    ------
    InputError
        If the design does not carry the method, or too few points are there.
    """
    scenario = check_asked(found, asked, scenario)
    intervals, unit = space_of(found)
    design = found.study.design
    assert design is not None
    # A table of points that was sorted or edited would give each parameter another one's index without a word.
    if not np.allclose(unit, unit_sample(design)[: len(unit)], atol=1e-6):
        raise InputError(f"the points in {found.path} must be those that its design draws, and they are not")
    fitting = {"morris": "morris", "saltelli": "sobol"}.get(design.method, "pawn")
    method = method or fitting
    if method not in {fitting, "pawn"} or (method == "pawn" and design.method == "morris"):
        raise InputError(
            f"{method} must have a design of its own, got {design.method!r}; docs/sensitivity.md says which"
        )
    answers = answers_of(found.runs, asked, scenario=scenario)
    values = np.full((len(unit), answers.n_seeds), np.nan)
    values[answers.points] = answers.values
    names = list(intervals)
    if method == "pawn" and design.method == "saltelli":
        drawn = drawn_by_chance(len(unit), len(names))
        unit, values = unit[drawn], values[drawn]
    act = {"morris": morris_indices, "sobol": sobol_indices, "pawn": pawn_indices}[method]
    table, used = act(names, unit, values)
    kept = Answers(np.arange(len(used)), values[used])
    variance = float(np.var(kept.means, ddof=1))
    share = kept.noise() / variance if variance > 0 else float("nan")
    return Sensitivity(
        method, asked, scenario, table, len(used), len(unit) - len(used), answers.n_seeds, float(kept.means.mean()),
        variance**0.5, share,
    )  # fmt: skip


def morris_indices(names: list[str], unit: Floats, values: Floats) -> tuple[pd.DataFrame, Numbers]:
    """Give mean absolute, mean and scatter of the elementary effects of each parameter.

    An effect is the change of the outcome over the whole interval of a parameter, at the pace of one step. Chance
    alone makes absolute effects, too: about `sqrt(2 / pi)` times the standard error of an effect over the seeds.

    Returns
    -------
    table, used
        `COLUMNS`, and the numbers of the points that were used
    """
    from SALib.analyze import morris  # noqa: PLC0415 - slow to import

    used = _whole_blocks(values, len(names) + 1)
    unit, values = unit[used], values[used]
    found = morris.analyze(
        unit_problem(names), unit, _means(values), num_levels=MORRIS_LEVELS, num_resamples=RESAMPLES, seed=1
    )
    chance = _chance_effects(unit, values)
    half = np.asarray(found["mu_star_conf"], np.float64)
    rows = []
    for i, name in enumerate(names):
        value = float(found["mu_star"][i])
        rows.append(_row(name, "mu_star", value, max(value - half[i], 0.0), value + half[i], chance[i]))
        rows += [_row(name, index, float(found[index][i])) for index in ("mu", "sigma")]
    return pd.DataFrame(rows, columns=list(COLUMNS)), used


def sobol_indices(names: list[str], unit: Floats, values: Floats) -> tuple[pd.DataFrame, Numbers]:
    """Give first and total order indices; a parameter that does nothing has the total index that chance has."""
    from SALib.analyze import sobol  # noqa: PLC0415 - slow to import

    used = _whole_blocks(values, len(names) + 2)
    means = _means(values[used])
    if means.std() == 0.0:
        raise InputError("the outcome must vary over the points, and is the same at all of them")
    found = sobol.analyze(unit_problem(names), means, calc_second_order=False, num_resamples=RESAMPLES, seed=1)
    noise = Answers(np.arange(len(used)), values[used]).noise() / float(np.var(means, ddof=1))
    rows = []
    for i, name in enumerate(names):
        for index, key, chance in (("total", "ST", noise), ("first", "S1", 0.0)):
            value, half = float(found[key][i]), float(found[f"{key}_conf"][i])
            rows.append(_row(name, index, value, value - half, value + half, chance))
    return pd.DataFrame(rows, columns=list(COLUMNS)), used


def pawn_indices(names: list[str], unit: Floats, values: Floats) -> tuple[pd.DataFrame, Numbers]:
    """Give the median distance between the outcome's distribution and that within slices of each parameter.

    Slices of few points differ from the whole by chance. How much is found with parameters that do nothing: columns
    of numbers drawn at random (Pianosi & Wagener 2018); an index above 95 of 100 of them is clear.
    """
    used = np.flatnonzero(~np.isnan(values).all(axis=1))
    unit, means = unit[used], _means(values[used])
    slices = min(SLICES, len(used) // LEAST_A_SLICE)
    if slices < 2:
        raise InputError(f"pawn must have {2 * LEAST_A_SLICE} points at least, got {len(used)}")
    rng = np.random.default_rng(1)
    dummies = np.array([pawn(rng.random(len(used)), means, slices) for _ in range(RESAMPLES)])
    chance = float(np.quantile(dummies, 0.95))
    picks = rng.integers(0, len(used), (RESAMPLES, len(used)))
    rows = []
    for i, name in enumerate(names):
        value = pawn(unit[:, i], means, slices)
        # Points drawn twice make slices look more alone than they are; the interval is moved back onto the value.
        again = np.array([pawn(unit[pick, i], means[pick], slices) for pick in picks])
        low, high = np.quantile(again - np.median(again) + value, [0.025, 0.975])
        row = _row(name, "pawn", value, max(float(low), 0.0), min(float(high), 1.0), chance)
        rows.append(row | {"is_clear": value > chance})
    return pd.DataFrame(rows, columns=list(COLUMNS)), used


def drawn_by_chance(n_points: int, n_parameters: int) -> Numbers:
    """List the points of a Saltelli design that were drawn: the first and the last of each block.

    Those between are the first with one value changed. With them, each value of a parameter would count many times
    over, and slices would differ from the whole although the parameter does nothing.
    """
    size = n_parameters + 2
    first = np.arange(0, n_points // size * size, size)
    return np.sort(np.concatenate([first, first + size - 1]))


def pawn(x: Floats, y: Floats, slices: int) -> float:
    """Give the median Kolmogorov-Smirnov distance over slices of a parameter, as SALib does and much faster."""
    edges = np.quantile(x, np.linspace(0.0, 1.0, slices + 1))
    order = np.argsort(y, kind="stable")
    x, y = x[order], y[order]
    last = np.append(y[1:] != y[:-1], True)  # among equal outcomes, the distributions count after all of them
    whole = np.arange(1, len(y) + 1) / len(y)
    found = []
    for low, high in pairwise(edges):
        inside = (x >= low) & (x < high)
        if inside.any():
            found.append(np.abs(np.cumsum(inside) / inside.sum() - whole)[last].max())
    return float(np.median(found)) if found else float("nan")


def _chance_effects(unit: Floats, values: Floats) -> Floats:
    """Give the mean absolute elementary effect of each parameter that chance alone would make."""
    size = unit.shape[1] + 1
    steps = np.diff(unit.reshape(-1, size, unit.shape[1]), axis=1)
    moved = np.abs(steps).argmax(axis=2)
    change = np.diff(values.reshape(-1, size, values.shape[1]), axis=1) / np.abs(steps).max(axis=2)[:, :, None]
    known = (~np.isnan(change)).sum(axis=2)
    if values.shape[1] < 2 or known.min() < 2:
        return np.full(unit.shape[1], np.nan)
    error = np.nanvar(change, axis=2, ddof=1) / known
    return np.array([np.sqrt(2.0 / np.pi * error[moved == i].mean()) for i in range(unit.shape[1])])


def _whole_blocks(values: Floats, size: int) -> Numbers:
    """List the points of blocks of which every point has a value: half a trajectory tells nothing."""
    blocks = values[: len(values) // size * size].reshape(-1, size, values.shape[1])
    empty = np.isnan(blocks).all(axis=2)
    whole = ~np.any(empty, axis=1)
    if whole.sum() < 4:
        raise InputError(f"four whole blocks of {size} points are the least, got {int(whole.sum())}; run the sweep on")
    return np.flatnonzero(np.repeat(whole, size))


def _means(values: Floats) -> Floats:
    return np.asarray(np.nanmean(values, axis=1))


def _row(  # noqa: PLR0913, PLR0917 - the columns of a table
    parameter: str,
    index: str,
    value: float,
    low: float = np.nan,
    high: float = np.nan,
    chance: float = np.nan,
) -> dict[str, object]:
    least = 0.0 if np.isnan(chance) else chance
    return dict(zip(COLUMNS, (parameter, index, value, low, high, chance, bool(low > least)), strict=True))
