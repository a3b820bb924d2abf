"""The questionnaire: a sample is invited, some do not answer, and answers scatter around what people feel.

What comes out is what a survey office holds in its hands; `sim.outcomes.survey` says what it publishes.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.agents.events import ANSWERS, AT_DOOR, BY_TELEPHONE
from sim.agents.state import State
from sim.agents.tables import AWAY, row_dtype
from sim.draws import Stream, normals, uniforms
from sim.ledger.columns import Rows
from sim.outcomes.strata import share_out
from sim.scenarios.people import Survey

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Keys = NDArray[np.uint64]
Allocate = Callable[[int, Ints], Ints]
"""How many to invite in each stratum, given the sample size and the sizes of the strata."""

SCALES = {"security": "security", "satisfaction": "satisfaction", "trust": "trust", "awareness": "familiarity"}
"""Items that are answered on a scale of agreement, and the feeling that each asks for."""
OF_POLICE = ("satisfaction", "trust")
"""Items that judge the police, which one does more kindly to a face."""
POINTS = (1, 2, 3, 4, 5)
MIN_AGE = 16
MEAN_AGE = 45.0
CONTACT_EDGES = np.exp(-1.0) + np.array([0.0, 1.0, 2.0, 5.0])
"""Remembered contacts from which the answer is 'once', 'twice', 'three to five times', 'more often': a single contact
is remembered so for twelve months."""


class _Draw(IntEnum):
    """Number the draws of a resident in a wave."""

    INVITED = 0
    ANSWERS = 1
    NOISE = 2  # four of them
    MODE = 6


_DRAWS_A_WAVE = 8


class People(NamedTuple):
    """Hold the residents whom an office can reach at a wave, one value each."""

    resident: Ints
    key: Keys
    age: NDArray[np.uint8]
    stratum: NDArray[np.int32]
    security: NDArray[np.float32]
    satisfaction: NDArray[np.float32]
    trust: NDArray[np.float32]
    familiarity: NDArray[np.float32]
    contacts: NDArray[np.float32]


def find_people(w: State) -> People:
    """List the residents of 16 years and more who live in the city now, with the district as their stratum."""
    residents = w.residents
    row = np.flatnonzero((residents["present"] == 1) & (w.where != AWAY) & (residents["age"] >= MIN_AGE))
    # Column by column: a copy of whole rows is several times as long.
    return People(
        resident=row,
        stratum=w.segments["district"][residents["home"][row]],
        key=residents["key"][row],
        age=residents["age"][row],
        security=residents["security"][row],
        satisfaction=residents["satisfaction"][row],
        trust=residents["trust"][row],
        familiarity=residents["familiarity"][row],
        contacts=residents["contacts"][row],
    )


def ask_residents(  # noqa: PLR0913 - whom, by which draws, how
    people: People,
    *,
    seed: int,
    wave: int,
    survey: Survey,
    day: int = 0,
    allocate: Allocate = share_out,
) -> Rows:
    """Put the questionnaire to a stratified sample of residents of 16 years and more.

    Who is invited, who answers and how the answer scatters are draws of the resident and the wave, so that
    two runs that differ in policy alone ask the same people in the same mood.

    Parameters
    ----------
    seed
        seed of the run
    wave
        number of the wave
    day
        its day, for the table
    allocate
        how many to invite in each stratum, given the sample size and the sizes of the strata; in
        proportion when not given

    Returns
    -------
    answers
        rows of the ledger table `answers`, one for each invited resident, in the order of `people`
    """
    invited, weight = _invite(people, seed, wave, survey.survey_sample, allocate)
    rows = np.zeros(len(invited), row_dtype(ANSWERS))
    key = people.key[invited]

    def uniform(which: int) -> Floats:
        return uniforms(seed, Stream.SURVEY, key, wave * _DRAWS_A_WAVE + which)

    door = uniform(_Draw.MODE) < survey.survey_at_door
    answered = uniform(_Draw.ANSWERS) < _chance_to_answer(people, invited, door, survey)
    rows["day"], rows["wave"], rows["resident"] = day, wave, people.resident[invited]
    rows["stratum"], rows["weight"] = people.stratum[invited], weight
    rows["mode"], rows["answered"] = np.where(door, AT_DOOR, BY_TELEPHONE), answered
    for i, (item, feeling) in enumerate(SCALES.items()):
        felt = np.asarray(getattr(people, feeling), np.float64)[invited]
        felt = felt + survey.likert_noise * normals(seed, Stream.SURVEY, key, wave * _DRAWS_A_WAVE + _Draw.NOISE + i)
        kinder = survey.door_kindness * door if item in OF_POLICE else 0.0
        rows[item] = np.where(answered, tick_point(felt + kinder), 0)
    rows["contact"] = np.where(answered, tick_contacts(people.contacts[invited]), 0)
    return rows


def tick_point(felt: Floats) -> Ints:
    """Turn a feeling between 0 and 1 into one of five points, each a fifth of the scale wide."""
    return np.clip(np.floor(felt * len(POINTS)).astype(np.int64) + 1, POINTS[0], POINTS[-1])


def tick_contacts(remembered: NDArray[np.float32]) -> Ints:
    """Turn remembered contacts with police into one of five points: never, once, twice, three to five times, more."""
    return np.asarray(np.searchsorted(CONTACT_EDGES, remembered, side="right") + 1, np.int64)


def _invite(people: People, seed: int, wave: int, n: int, allocate: Allocate) -> tuple[Ints, Floats]:
    """Draw the sample: in each stratum those with the least lots. Gives rows and design weights."""
    adult = np.flatnonzero(people.age >= MIN_AGE)
    _, stratum, size = np.unique(people.stratum[adult], return_inverse=True, return_counts=True)
    n_of = allocate(n, size.astype(np.int64))
    lot = uniforms(seed, Stream.SURVEY, people.key[adult], wave * _DRAWS_A_WAVE + _Draw.INVITED)
    order = np.lexsort((lot, stratum))
    place = np.empty(len(adult), np.int64)
    place[order] = np.arange(len(adult)) - (np.cumsum(size) - size)[stratum[order]]
    chosen = place < n_of[stratum]
    return adult[chosen], (size / np.maximum(n_of, 1))[stratum[chosen]]


def _chance_to_answer(people: People, invited: Ints, door: NDArray[np.bool_], survey: Survey) -> Floats:
    """Shift the chance to answer by age, security and mode, on the scale of log odds."""
    if survey.survey_response >= 1.0:
        return np.ones(len(invited))
    security = np.asarray(people.security, np.float64)
    odds = np.log(survey.survey_response / (1.0 - survey.survey_response))
    by_age = survey.response_by_age * (people.age[invited] - MEAN_AGE) / 20.0
    by_security = survey.response_by_security * (security[invited] - security.mean())
    return np.asarray(1.0 / (1.0 + np.exp(-(odds + by_age + by_security + survey.door_response * door))))
