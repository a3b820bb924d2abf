"""How unequally offences are spread over those who commit them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def find_lorenz_curve(offender: NDArray[np.integer]) -> tuple[Floats, Floats]:
    """Give the Lorenz curve of offences over active offenders, the most active first [martinez2017].

    Parameters
    ----------
    offender
        (n_offences,) who did it; offences without a known offender (negative) are left out

    Returns
    -------
    share_of_offenders, share_of_offences
        (n_active + 1,) from 0 to 1
    """
    offender = np.asarray(offender, np.int64)
    counts = np.sort(np.unique(offender[offender >= 0], return_counts=True)[1])[::-1]
    if len(counts) == 0:
        return np.zeros(1), np.zeros(1)
    cumulated = np.concatenate([[0.0], np.cumsum(counts) / counts.sum()])
    return np.linspace(0.0, 1.0, len(counts) + 1), cumulated


def measure_top_share(offender: NDArray[np.integer], *, top: float = 0.10) -> float:
    """Give the share of offences that the most active share of active offenders commit [martinez2017].

    Only those with an offence in the period count, as in Martinez et al. (2017); where `top` of them is no
    whole number, the curve is read between its points.
    """
    offenders, offences = find_lorenz_curve(offender)
    return float(np.interp(top, offenders, offences)) if len(offenders) > 1 else np.nan
