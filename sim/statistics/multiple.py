"""Many strategies against one: what remains when every one of them had its chance."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.statistics.paired_runs import Floats, column_covariances, column_means
from sim.statistics.resampling import KEY

N_DRAWS = 20_000


def adjust_holm(p_values: Floats) -> Floats:
    """Adjust p values so that one false finding among the rows has at most the level's chance (Holm 1979).

    Rows are arms, columns are measures; p values that are not known are not counted.
    """
    order = np.argsort(p_values, axis=0)  # NaN last
    remaining = (~np.isnan(p_values)).sum(axis=0) - np.arange(len(p_values))[:, None]
    stepped = np.maximum.accumulate(np.take_along_axis(p_values, order, 0) * remaining, axis=0)
    adjusted = np.empty(p_values.shape)
    np.put_along_axis(adjusted, order, np.minimum(stepped, 1.0), 0)
    return adjusted


def correlate(differences: Floats) -> Floats:
    """Estimate how the differences of the arms move together; seeds where one is missing count for the others."""
    is_finite = ~np.isnan(differences)
    centred = np.where(is_finite, differences - column_means(differences), 0.0)
    length = np.sqrt((centred**2).sum(axis=0))
    unit = np.divide(centred, length, out=np.zeros_like(centred), where=length > 0)
    correlation: Floats = unit.T @ unit
    np.fill_diagonal(correlation, 1.0)
    return correlation


def simultaneous_factors(differences: Sequence[Floats], level: float = 0.95) -> Floats:
    """Give, for each measure, the factor of the standard error with which the intervals of all arms hold together.

    All differences share the baseline's runs and the seeds' chance. Dunnett's (1955) factor takes groups for
    independent; this one is the quantile of the largest of correlated Student ratios (max-t: Westfall & Young 1993;
    Hothorn, Bretz & Westfall 2008), at the correlation found. Each ratio is divided by a variance of its own, as
    paired differences are, and not by a common one: the variances are drawn as the diagonal of a Wishart matrix.

    Parameters
    ----------
    differences
        for each measure, by seed and arm; arms whose difference never varies are left out, since theirs is certain
    """
    factors = np.full(len(differences), np.nan)
    jobs: dict[tuple[int, int], list[tuple[int, Floats]]] = {}
    for i, table in enumerate(differences):
        n = (~np.isnan(table)).sum(axis=0)
        kept = table[:, (n > 1) & (column_covariances(table, table) > 0.0)]
        if kept.shape[1]:
            freedom = int((~np.isnan(kept)).sum(axis=0).min()) - 1
            jobs.setdefault((freedom, kept.shape[1]), []).append((i, correlate(kept)))
    for (freedom, k), correlations in jobs.items():
        random = np.random.Generator(np.random.Philox(key=KEY + 1))
        tops, halves = random.standard_normal((N_DRAWS, k)), _draw_wishart_roots(freedom, k, random)
        for i, correlation in correlations:
            values, vectors = np.linalg.eigh(correlation)
            root = vectors * np.sqrt(np.maximum(values, 0.0))
            spread = np.sqrt((np.matmul(root, halves) ** 2).sum(axis=2) / freedom)
            factors[i] = np.quantile(np.abs(tops @ root.T / spread).max(axis=1), level)
    return factors


def _draw_wishart_roots(freedom: int, k: int, random: np.random.Generator) -> Floats:
    """Draw matrices whose product with their transpose is Wishart's: Bartlett's (1933) where he needs less."""
    if freedom < k:
        return random.standard_normal((N_DRAWS, k, freedom))
    roots = np.tril(random.standard_normal((N_DRAWS, k, k)), -1)
    for j in range(k):
        roots[:, j, j] = np.sqrt(random.chisquare(freedom - j, N_DRAWS))
    return roots
