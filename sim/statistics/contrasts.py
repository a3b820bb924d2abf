"""Everything that is said of many strategies over common seeds, in one table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from sim.errors import InputError
from sim.statistics.best import rank_arms
from sim.statistics.equivalence import check_margins, equivalence_p, judge
from sim.statistics.intervals import (
    Student,
    bootstrap_interval,
    describe_differences,
    estimate_ratios,
    student_interval,
    student_p,
)
from sim.statistics.multiple import adjust_holm, simultaneous_factors
from sim.statistics.paired_runs import Floats, PairedRuns, column_means, lay_out, pair_up
from sim.statistics.resampling import draw_counts
from sim.statistics.variance_reduction import variance_saved


def contrasts(
    runs: pd.DataFrame,
    baseline: str,
    measures: Sequence[str],
    *,
    margins: Mapping[str, float] | None = None,
    better: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """Compare every policy with a baseline over common seeds.

    Parameters
    ----------
    runs
        one row per run: `policy`, `seed` and the measures
    margins
        by measure, the largest difference that would not matter, in its unit
    better
        by measure, its good direction, 'less' or 'more', as `sim.outcomes.measures.BETTER` holds it; where none is
        given, no strategy is called best

    Returns
    -------
    table
        one row per policy and measure; docs/comparison.md tells every column

    Raises
    ------
    InputError
        If the baseline or no other policy was run, a policy has two runs with one seed, or a margin is not above 0.
    """
    margins = margins or {}
    check_margins(margins)
    laid = lay_out(runs, baseline=baseline, measures=measures)
    n_arms = len(laid.arms) - 1
    if not n_arms or not measures:
        raise InputError("comparison: must have a policy beside the baseline and one measure at least")
    pairs, counts = pair_up(laid), draw_counts(len(laid.values))
    about = describe_differences(pairs)
    ratio, saved = estimate_ratios(pairs, counts), variance_saved(pairs, counts)
    low, high = student_interval(about)
    boot_low, boot_high = bootstrap_interval(pairs, about, counts)
    low_90, high_90 = student_interval(about, 0.90)
    margin = np.tile([margins.get(name, np.nan) for name in measures], n_arms)
    p, p_equivalent = student_p(about), equivalence_p(about, margin)
    p_holm, p_equivalent_holm = (adjust_holm(values.reshape(n_arms, -1)).reshape(-1) for values in (p, p_equivalent))
    half = _simultaneous_halves(laid, pairs.difference, about)
    columns = {
        "policy": np.repeat(laid.arms[1:], len(measures)),
        "measure": list(measures) * n_arms,
        "n_pairs": pairs.n.astype(np.int64),
        "baseline": column_means(pairs.baseline),
        "difference": about.mean,
        "low": low,
        "high": high,
        "boot_low": boot_low,
        "boot_high": boot_high,
        "all_low": about.mean - half,
        "all_high": about.mean + half,
        "p": p,
        "p_holm": p_holm,
        "ratio": ratio.value,
        "ratio_low": ratio.low,
        "ratio_high": ratio.high,
        "ratio_boot_low": ratio.boot_low,
        "ratio_boot_high": ratio.boot_high,
        "margin": margin,
        "low_90": low_90,
        "high_90": high_90,
        "p_equivalent": p_equivalent,
        "p_equivalent_holm": p_equivalent_holm,
        "verdict": judge(p_holm, p_equivalent_holm),
        **_best_columns(laid, counts, better or {}),
        "variance_ratio": saved.ratio,
        "variance_ratio_low": saved.low,
        "variance_ratio_high": saved.high,
        "unpaired_seeds": pairs.n * saved.ratio,
    }
    return pd.DataFrame(columns)


def _simultaneous_halves(laid: PairedRuns, differences: Floats, about: Student) -> Floats:
    n_measures = len(laid.measures)
    by_measure = differences.reshape(len(laid.values), -1, n_measures)
    factors = simultaneous_factors([by_measure[:, :, i] for i in range(n_measures)])
    halves = np.tile(factors, len(laid.arms) - 1) * about.error
    return np.where(about.error == 0.0, 0.0, halves)


def _best_columns(laid: PairedRuns, counts: Floats, better: Mapping[str, str]) -> dict[str, Floats]:
    ranks = [rank_arms(laid.values[:, :, i], counts, better.get(name, "")) for i, name in enumerate(laid.measures)]
    p_best, loss = (np.stack(values, axis=1) for values in zip(*ranks, strict=True))
    n_others = len(laid.arms) - 1
    return {
        "p_best": p_best[1:].reshape(-1),
        "loss": loss[1:].reshape(-1),
        "baseline_p_best": np.tile(p_best[0], n_others),
        "baseline_loss": np.tile(loss[0], n_others),
    }
