"""The questionnaire: what a survey office would publish, which is not what residents feel.

A sample is invited, some do not answer, answers scatter around the attitude and fall on a five-point scale;
the published index is the share that ticks 4 or 5.
"""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.draws import Stream, normals, uniforms
from sim.outcomes.estimates import Estimate, share_estimate
from sim.scenarios.people import Survey

Floats = NDArray[np.float64]
Keys = NDArray[np.uint64]

ITEMS = ("security", "satisfaction", "trust")
POINTS = (1, 2, 3, 4, 5)
AGREES = 4
"""this answer and the next count as 'feels safe', 'is satisfied', 'trusts'"""
MIN_AGE = 16
MEAN_AGE = 45.0
RESPONSE_BY_AGE = 0.35
"""rise of the log odds to answer per 20 years of age; a prior: the old answer more readily"""
RESPONSE_BY_SECURITY = 0.5
"""rise of the log odds to answer from no to full security; a prior: the afraid open less readily"""


class _Draw(IntEnum):
    """Number the draws of a resident in a wave."""

    INVITED = 0
    ANSWERS = 1
    NOISE = 2


_DRAWS_A_WAVE = 8


class People(NamedTuple):
    """Hold the residents present at a wave, one value each."""

    key: Keys
    age: NDArray[np.uint8]
    security: NDArray[np.float32]
    satisfaction: NDArray[np.float32]
    trust: NDArray[np.float32]


class Index(NamedTuple):
    """Hold what the office publishes of a wave."""

    n_invited: int
    n_answered: int
    security: Estimate
    satisfaction: Estimate
    trust: Estimate


def ask_residents(people: People, *, seed: int, wave: int, survey: Survey) -> pd.DataFrame:
    """Put the questionnaire to a simple random sample of residents of 16 years and more.

    Who is invited, who answers and how the answer scatters are draws of the resident and the wave, so that
    two runs that differ in policy alone ask the same people in the same mood.

    Parameters
    ----------
    seed
        seed of the run
    wave
        number of the wave

    Returns
    -------
    answers
        one row an invited resident: `person` (row in `people`), `answered`, and for each item its
        answer 1 to 5, 0 where there is none
    """
    adult = np.flatnonzero(people.age >= MIN_AGE)
    lot = uniforms(seed, Stream.SURVEY, people.key[adult], wave * _DRAWS_A_WAVE + _Draw.INVITED)
    invited = np.sort(adult[np.argsort(lot, kind="stable")[: survey.survey_sample]])
    key = people.key[invited]
    ready = _chance_to_answer(people, invited, survey.survey_response)
    answered = uniforms(seed, Stream.SURVEY, key, wave * _DRAWS_A_WAVE + _Draw.ANSWERS) < ready
    table = {"person": invited, "answered": answered}
    for i, item in enumerate(ITEMS):
        attitude = np.asarray(getattr(people, item), np.float64)[invited]
        noise = normals(seed, Stream.SURVEY, key, wave * _DRAWS_A_WAVE + _Draw.NOISE + i)
        table[item] = np.where(answered, tick_point(attitude + survey.likert_noise * noise), 0)
    return pd.DataFrame(table)


def tick_point(felt: Floats) -> NDArray[np.int64]:
    """Turn a feeling between 0 and 1 into one of five points, each a fifth of the scale wide."""
    return np.clip(np.floor(felt * len(POINTS)).astype(np.int64) + 1, POINTS[0], POINTS[-1])


def publish_index(answers: pd.DataFrame, *, n_population: int) -> Index:
    """Compute the published shares that answer 4 or 5, with the interval of a simple random sample.

    The interval knows of sampling error alone. Those who do not answer feel less safe, and no office's
    interval says so.

    Parameters
    ----------
    n_population
        residents that the sample was drawn from
    """
    given = answers[answers["answered"]]
    shares = (
        share_estimate(float((given[item] >= AGREES).sum()), len(given), population=n_population) for item in ITEMS
    )
    return Index(len(answers), len(given), *shares)


def _chance_to_answer(people: People, invited: NDArray[np.int64], survey_response: float) -> Floats:
    """Shift the chance to answer by age and security, on the scale of log odds."""
    if survey_response >= 1.0:
        return np.ones(len(invited))
    security = np.asarray(people.security, np.float64)
    odds = np.log(survey_response / (1.0 - survey_response))
    by_age = RESPONSE_BY_AGE * (people.age[invited] - MEAN_AGE) / 20.0
    by_security = RESPONSE_BY_SECURITY * (security[invited] - security.mean())
    return np.asarray(1.0 / (1.0 + np.exp(-(odds + by_age + by_security))))
