"""Make the files of persons: who of the offenders was arrested in the years before the run.

A force does not begin its files when a run begins. Files are read by whoever draws up a list of known offenders, and by
nothing else: no case is cleared sooner, nobody is stopped, recognised or suspected because of one.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.agents.affairs import FILES
from sim.agents.files import LONG_AGO_DAY
from sim.agents.population.offenders import FROM_AGE
from sim.agents.state import Table
from sim.agents.tables import row_dtype
from sim.clock import DAY_MIN, YEAR_DAYS, YEAR_MIN
from sim.draws import Stream, uniforms
from sim.scenarios.scenario import Scenario

Floats = NDArray[np.float64]
MOST_CASES = 200
"""Arrests of one person of which a file tells at most when the run begins."""


def build_files(scenario: Scenario, residents: Table, offenders: Table, seed: int) -> Table:
    """Make the files as they are when a run begins: those who offend most were arrested most.

    Arrests of the years before are drawn for each offender who lives here, as many in the mean as searches planned in
    `file_years` times `arrests_per_search`. Nobody is on file for what happened before the age of twelve, or before
    moving here. Former tenants are not on file, nor who offended and does so no more.

    Returns
    -------
    files
        a row for each of `residents`
    """
    p = scenario.investigation
    files = np.zeros(len(residents), row_dtype(FILES))
    files["called_day"] = files["helped_day"] = LONG_AGO_DAY
    person, key = offenders["resident"], offenders["key"]
    years = np.minimum(p.file_years, _years_here(residents[person]))
    mean = offenders["rate"].astype(np.float64) * YEAR_MIN * years * p.arrests_per_search
    n = _draw_counts(mean, uniforms(seed, Stream.FILES, key, 0))
    known = np.flatnonzero((n > 0) & (residents["present"][person] == 1))
    # The latest of so many moments, any of which is as likely in these years.
    latest = uniforms(seed, Stream.FILES, key[known], 1) ** (1.0 / n[known])
    rows = person[known]
    files["key"][rows], files["n_cases"][rows] = residents["key"][rows], n[known]
    files["case_day"][rows] = -(1.0 - latest) * years[known] * YEAR_DAYS
    return files


def _years_here(residents: Table) -> Floats:
    """Give for how long people of twelve and more have lived here at that age."""
    years = np.maximum(residents["age"].astype(np.float64) - FROM_AGE, 0.0)
    stay = np.maximum(-residents["arrived"] / (DAY_MIN * YEAR_DAYS), 0.0)
    return np.where(residents["migrant"] == 1, np.minimum(years, stay), years)


def _draw_counts(mean: Floats, u: Floats) -> NDArray[np.int64]:
    """Turn even draws into counts of the Poisson distribution: one draw of each, so that a higher mean is no fewer."""
    n = np.zeros(len(mean), np.int64)
    chance = np.exp(-mean)
    upto = chance.copy()
    for k in range(1, MOST_CASES + 1):
        more = u >= upto
        if not more.any():
            break
        n += more
        chance *= mean / k
        upto += chance
    return n
