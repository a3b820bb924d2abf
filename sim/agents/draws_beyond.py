"""How inviting the streets beyond the border of a part are at each hour: as here, times what sets the two apart.

Nobody is simulated beyond the border, and offenders who know streets on both sides choose between them. So the people
of the whole city are followed through a working day and a day at the weekend before the first tick, without crime or
police, and by the hour it is kept how many times as inviting the streets outside are then as those inside.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.agents.border import COMPANY_THERE, has_beyond
from sim.agents.days import PLAN_BEGINS_MIN, plan_day
from sim.agents.opportunity import attraction, boost_at
from sim.agents.residents import move
from sim.agents.state import N_DRAWS, State
from sim.clock import DAY_MIN
from sim.compiling.compiled import compiled, phase
from sim.params import ASSAULT

HOUR_MIN, HOURS = 60, 24
WEEKEND = 5
"""First weekday of the weekend, Monday being 0."""
INSIDE, OUTSIDE = 1, 0
WEEK = 7
MEANS_OF_CITY = (
    "mean_cars", "mean_bicycles", "mean_homes", "mean_shops", "cars_each", "bicycles_each",
    "ready_mean", "noise_mean", "both_home_mean",
)  # fmt: skip
"""What a part takes from its city as it is: what offenders compare a street with, and what a week is like."""
MEANS = {"mean_foot": "foot_share", "mean_visiting": "visiting_share", "mean_out": "out_share"}
"""Means of the city, and what turns those of the plans of a part into them."""


@phase
def look_beyond(w: State, t: float) -> None:
    """Bring what draws offenders beyond the border up to the hour; there is nothing to do in a whole city."""
    if not has_beyond(w):
        return
    row = _row(w.weekday[w.c[0].day + 1], t)
    for kind in range(N_DRAWS):
        ratio = w.c[0].beyond_ratio[row + kind]
        now, fresh = draw_of(w, kind, t, INSIDE, False, True), draw_of(w, kind, t, INSIDE, False, False)
        # Where less is to be had less happens, and so success has made streets less attractive in the same proportion.
        boost = now / fresh - 1.0 if fresh > 0.0 else 0.0
        w.c[0].beyond_draw[kind] = ratio * fresh * (1.0 + ratio * boost)


@compiled
def _row(weekday: int, t: float) -> int:
    """Return where the ratios of an hour begin: those of working days first."""
    return int(((weekday >= WEEKEND) * HOURS + t % DAY_MIN // HOUR_MIN) * N_DRAWS)


@compiled
def draw_of(w: State, kind: int, t: float, side: int, apart: bool, boosted: bool) -> float:
    """Return how inviting streets are now against their opportunity, and for violence in company places against guests.

    Parameters
    ----------
    side, apart
        whether only the streets count whose cell is `side`
    boosted
        as they are now, or as they would be had no offender had success there
    """
    drawn, of = 0.0, 0.0
    for s in range(w.segments.size):
        place = w.segments[s]
        if apart and w.cells[s] != side:
            continue
        crime = ASSAULT if kind == COMPANY_THERE else kind
        weight = float(w.crowds[s].n_visiting) if kind == COMPANY_THERE else 1.0
        of += weight if kind == COMPANY_THERE else place.opportunity[kind]
        if weight > 0.0:
            drawn += weight * attraction(w, s, crime, t) / (1.0 if boosted else 1.0 + boost_at(w, s, crime, t))
    return drawn / of if of > 0.0 else 0.0


def compare_cities(whole: State, here: State, segment: NDArray[np.int32]) -> None:
    """Tell a part what it cannot know of its city: the means of all streets, what draws offenders, where calls lie.

    What offenders look for is measured against the mean of their city, which is the same in a part.
    """
    for name in MEANS_OF_CITY:
        here.c[name] = whole.c[name]
    # Calls about traffic and of shops are made of people here, and may be about any street of the city.
    for share, upto in (("traffic_here", "traffic_upto"), ("help_here", "help_upto")):
        lies_here = getattr(here, upto)[-1] / max(getattr(whole, upto)[-1], 1e-12)
        here.c[share] = min(lies_here * len(whole.residents) / len(here.residents), 1.0)
    _compare_days(whole, here)
    _compare_draws(whole, here, np.isin(np.arange(len(whole.segments)), segment))


def _compare_days(whole: State, here: State) -> None:
    """Keep how many people are about in the whole city against those who plan to be in a part of it, by weekday."""
    usual = {name: np.zeros(1) for name in MEANS}
    n_days = min(WEEK, len(here.weekday) - 1)
    for day in range(n_days):
        for state in (whole, here):
            for mean in MEANS:
                state.c[mean] = 0.0
            plan_day(state, day)
        for mean, share in MEANS.items():
            now = here.c[mean][0]
            here.c[share][0, here.weekday[day + 1]] = whole.c[mean][0] / now if now > 0.0 else 1.0
            usual[mean] += whole.c[mean] * min(day + 2, 28) / n_days  # a day counts the less the later it is
    for mean, value in usual.items():
        whole.c[mean], here.c[mean] = value, 1.0


def _compare_draws(whole: State, here: State, inside: NDArray[np.bool_]) -> None:
    """Follow the people of a whole city through two days and keep how streets outside compare with those inside."""
    whole.cells[:] = np.where(inside, INSIDE, OUTSIDE)
    weekday, tick_min = here.weekday[1:], int(whole.p["tick_min"][0])
    here.c["beyond_ratio"] = 1.0
    for day in {int(np.argmax(weekday < WEEKEND)), int(np.argmax(weekday >= WEEKEND))}:
        whole.c["day"] = day
        plan_day(whole, day)
        for tick in range(DAY_MIN // tick_min):
            move(whole, tick)
            t = float((PLAN_BEGINS_MIN + tick * tick_min) % DAY_MIN)
            if t % HOUR_MIN < tick_min:
                row = _row(int(weekday[day]), t)
                for kind in range(N_DRAWS):
                    here.c["beyond_ratio"][0, row + kind] = _ratio(whole, kind, t)


def _ratio(whole: State, kind: int, t: float) -> float:
    """Compare the two sides; where nothing is to be had inside at this hour, take them for alike."""
    side = draw_of(whole, kind, t, INSIDE, True, True)
    return draw_of(whole, kind, t, OUTSIDE, True, True) / side if side > 0.0 else 1.0
