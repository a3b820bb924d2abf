"""The floating population: rooms empty and fill, registrations go stale, ties grow.

A room of the floating population keeps its street, the daily round that suits it and the kind of tenant
it is let to (age and sex, and with these the propensity to offend); its tenants change, and with them key,
ties, attitudes and registration.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from sim.agents.avoidance import forget_places
from sim.agents.company import frailty_of
from sim.agents.feelings import begin_mood, forget_everything
from sim.agents.register import REGISTER, STALE, STRUCK
from sim.agents.residents import bring_home, take_away
from sim.agents.state import State
from sim.agents.tables import FROM_BEYOND, NONE, WORKING
from sim.clock import DAY_MIN, YEAR_DAYS
from sim.compiling.compiled import compiled
from sim.draws import Stream, exponential, mix_keys, uniform

MIGRATION, REGISTRATION, STRAIN = int(Stream.MIGRATION), int(Stream.REGISTRATION), int(Stream.STRAIN)
TENANT_KEYS = np.uint64(MIGRATION << 56)
"""Keeps the keys of new tenants apart from the causes of offences."""
MARCH_RAD = 2.0 * math.pi * 65.0 / YEAR_DAYS


@compiled
def migrate(w: State, day: int, t: float) -> None:
    """Let tenants leave and arrive, register, forget to renew, and grow ties.

    The entry of a tenant who left goes stale as others do.
    """
    p, seed = w.p[0], w.c[0].seed
    stale = 1.0 - (1.0 - p.stale_per_month) ** (1.0 / 30.0)
    bond = 1.0 - math.exp(-p.ties_growth_per_year / YEAR_DAYS)
    left, n_left = np.zeros(w.residents.size, np.uint8), 0
    for r in range(w.residents.size):
        who = w.residents[r]
        if not who.migrant:
            continue
        if who.leaves <= t:
            if who.present:
                _leave(w, r, day, t)
                left[r], n_left = 1, n_left + 1
            else:
                _arrive(w, r, day, t)
        if who.gone == STALE and uniform(seed, REGISTER, who.key, day + 3) < stale:
            who.gone = 0
        if who.present:
            who.ties += bond * (1.0 - who.ties)
            if who.registered and uniform(seed, REGISTRATION, who.key, day + 2) < stale:
                who.registered = 0
    if n_left > 0:
        _forget(w, left)


@compiled
def _leave(w: State, r: int, day: int, t: float) -> None:
    who = w.residents[r]
    take_away(w, r)
    if who.registered:
        signed_off = uniform(w.c[0].seed, REGISTER, who.key, 0) < w.p[0].p_signed_off
        who.gone, who.entered = STRUCK if signed_off else STALE, day + 1
    who.present, who.registered, who.told = 0, 0, 0
    forget_everything(w, r)
    # Rooms fill faster in spring, when people come for work.
    season = 1.0 + w.p[0].arrival_season * math.cos(w.year_phase[w.c[0].day + 1] - MARCH_RAD)
    gap = exponential(w.c[0].seed, MIGRATION, who.key, 3) * w.p[0].mean_vacancy_days / season
    who.leaves = t + max(gap, 1.0) * DAY_MIN


@compiled
def _forget(w: State, left: NDArray[np.uint8]) -> None:
    """Let police and neighbours lose sight of all who have left the city: the next tenants are other people.

    Once for all of a day, since the tables are long.
    """
    for row in range(w.cases.size):
        suspect = w.cases[row].suspect
        if suspect != NONE and left[suspect]:
            w.cases[row].cause = 0
    for row in range(w.calls.size):
        suspect = w.calls[row].suspect
        if suspect != NONE and left[suspect]:
            w.calls[row].suspect = NONE
    for row in range(w.disputes.size):
        if left[w.disputes[row].resident_a] or left[w.disputes[row].resident_b]:
            w.disputes[row].intensity = 0.0


@compiled
def _arrive(w: State, r: int, day: int, t: float) -> None:
    p, who, seed = w.p[0], w.residents[r], w.c[0].seed
    who.tenancy += 1
    who.key = mix_keys(who.key ^ TENANT_KEYS, who.tenancy)
    who.registered = uniform(seed, MIGRATION, who.key, 0) < p.p_registered_on_arrival
    if who.registered:
        who.gone, who.entered = 0, day + 1  # an entry is of a room: the next one takes its place
        w.c[0].n_registrations += 1
    who.present, who.ties, who.strain = 1 if r < w.c[0].n_living else FROM_BEYOND, 0.0, 0.0
    who.arrived = t
    who.leaves = t + max(1.0, exponential(seed, MIGRATION, who.key, 2) * p.mean_stay_days) * DAY_MIN
    begin_mood(w, r, t)
    who.n_victim = who.n_stops = who.n_visits = who.n_seen = 0
    who.familiarity = who.contacts = 0.0
    who.frailty = frailty_of(w, who.key)
    if who.offender >= 0:
        offender = w.offenders[who.offender]
        offender.custody_until, offender.risk, offender.last_segment = -1.0, 0.0, -1
        offender.wanted = 0
        offender.later_number = NONE  # the next tenant takes up nothing that the former one put off
        forget_places(w, who.offender)
    bring_home(w, r)


@compiled
def strain_shocks(w: State, day: int) -> None:
    """Let some workers lose their job."""
    p = w.p[0]
    daily = 1.0 - math.exp(-p.job_loss_per_year / YEAR_DAYS)
    for r in range(w.residents.size):
        if w.routines[r].kind in WORKING:
            who = w.residents[r]
            if uniform(w.c[0].seed, STRAIN, who.key, day + 1) < daily:
                who.strain = min(1.0, who.strain + p.strain_shock)
