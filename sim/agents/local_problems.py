"""Local problems: what residents name, what police do about it, and who hears that it was done.

A street remembers incidents of each kind, and what police did about them; both fade. A resident names one of them, and
thinks it dealt with as far as somebody showed or told that it was. Work that nobody hears of changes no mind.
"""

from __future__ import annotations

import math

from sim.agents.fading import left_after
from sim.agents.feeling_words import N_PROBLEMS, NO_PROBLEM, OF_BURGLARY, OF_DISORDER, OF_NOISE, OF_TRAFFIC, OF_VIOLENCE
from sim.agents.feelings import is_turn
from sim.agents.state import State, Table
from sim.agents.tables import DISPUTE, NOISE, TRAFFIC
from sim.compiling.compiled import compiled
from sim.draws import Stream, uniform_pair
from sim.params import ASSAULT, BURGLARY, DISORDER, ROBBERY, THEFT

CONCERN = int(Stream.CONCERN)


@compiled
def problem_of(kind: int) -> int:
    """Return the local problem to which an offence or a call belongs."""
    if kind == BURGLARY or kind == THEFT:
        return OF_BURGLARY
    if kind == ROBBERY or kind == ASSAULT:
        return OF_VIOLENCE
    if kind == DISORDER:
        return OF_DISORDER
    if kind == NOISE or kind == DISPUTE:
        return OF_NOISE
    return OF_TRAFFIC if kind == TRAFFIC else NO_PROBLEM


@compiled
def notice_trouble(w: State, segment: int, kind: int) -> None:
    """Let a street notice an offence or what led to a call."""
    problem = problem_of(kind)
    if problem != NO_PROBLEM:
        w.segments[segment].trouble[problem] += 1.0


@compiled
def answer_trouble(w: State, segment: int, kind: int, weight: float) -> None:
    """Note that police dealt with one incident, as far as told."""
    problem = problem_of(kind)
    if problem != NO_PROBLEM:
        w.segments[segment].tackled[problem] += weight


@compiled
def work_on_trouble(w: State, segment: int, incidents: float) -> None:
    """Note work that fits whatever is wrong in a street, each problem by its share."""
    place = w.segments[segment]
    total = 0.0
    for problem in range(1, N_PROBLEMS):
        total += place.trouble[problem]
    if total > 0.0:
        for problem in range(1, N_PROBLEMS):
            place.tackled[problem] += incidents * place.trouble[problem] / total


@compiled
def forget_trouble(w: State, segment: int) -> None:
    """Let trouble and work fade by a day, and what was said of them at meetings."""
    place, left = w.segments[segment], left_after(1.0, w.p[0].problem_days)
    w.raised[segment] *= left
    for problem in range(1, N_PROBLEMS):
        place.trouble[problem] *= left
        place.tackled[problem] *= left


@compiled
def share_dealt_with(place: Table, problem: int) -> float:
    """Return the share of a problem that police have dealt with, from 0 to 1."""
    if place.trouble[problem] <= 0.0:
        return 1.0
    return float(min(place.tackled[problem] / place.trouble[problem], 1.0))


@compiled
def hear_what_was_done(w: State, resident: int, follows: float) -> None:
    """Let somebody learn what police did about the named problem; what is heard does not make one think less of it."""
    who = w.residents[resident]
    if who.problem != NO_PROBLEM and who.home >= 0:
        done = share_dealt_with(w.segments[who.home], who.problem)
        who.dealt_with += follows * max(done - who.dealt_with, 0.0)


@compiled
def conviction(thought: float) -> float:
    """Turn how far somebody thinks a problem dealt with into yes (1) or no (0): most people say one or the other."""
    wide = float(thought)  # the column is narrow, and its square must not be
    yes, no = wide * wide, (1.0 - wide) * (1.0 - wide)
    return yes / (yes + no)


@compiled
def think_of_problems(w: State, place: Table, resident: int, left: float) -> None:
    """Let a resident forget a little of what was done, and now and then name what is wrong now."""
    who = w.residents[resident]
    who.dealt_with *= left
    if is_turn(w, who, w.p[0].review_days):
        named = _name(w, place, who)
        if named != who.problem:
            who.problem, who.dealt_with = named, w.p[0].thinks_at_first if named != NO_PROBLEM else 0.0


@compiled
def _name(w: State, place: Table, who: Table) -> int:
    """Name a problem, the one with most trouble most often, or none where little happens."""
    total = 0.0
    for problem in range(1, N_PROBLEMS):
        total += place.trouble[problem]
    u_any, u_which = uniform_pair(w.c[0].seed, CONCERN, who.key, w.c[0].day)
    if total <= 0.0 or u_any >= 1.0 - math.exp(-w.p[0].naming * total):
        return NO_PROBLEM
    level = u_which * total
    for problem in range(1, N_PROBLEMS):
        level -= place.trouble[problem]
        if level < 0.0:
            return problem
    return N_PROBLEMS - 1
