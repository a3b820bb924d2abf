"""Behaviour that can be seen: who hangs about in search of a target, and who carries home what was taken.

A search takes time, in the street that the offender looks at; afterwards the goods are carried home, by streets that
lead nearer to it. Both can be seen by an officer who is there, and give cause for a stop.
"""

from __future__ import annotations

from sim.agents.state import State
from sim.agents.tables import AWAY, NEVER, NONE
from sim.clock import DAY_MIN
from sim.compiling.compiled import compiled
from sim.draws import Key, Stream, exponential

SEARCH_TIME = int(Stream.SEARCH_TIME)
SEARCHES, CARRIES = 0, 1
MAX_STEPS = 12
"""Streets of the way home; on a longer one, the last of them is where the goods get out of sight."""
MAX_SEARCH_MIN = 60.0
HOUR_MIN = 60.0


@compiled
def begin_search(  # what is sought, where, and what came before
    w: State,
    offender: int,
    number: int,
    kind: int,
    cause: Key,
    segment: int,
    t: float,
    attempt: int,
    n_looked: int,
    n_turned: int,
) -> bool:
    """Let an offender look over a target; tell whether this takes any time, at whose end it is acted."""
    mean = w.p[0].search_min[kind]
    if mean <= 0.0:
        return False
    row = _free_row(w, t)
    if row == NONE:
        return False
    minutes = min(mean * exponential(w.c[0].seed, SEARCH_TIME, cause, attempt), MAX_SEARCH_MIN)
    one = w.conspicuous[row]
    one.doing, one.offender, one.cause, one.kind, one.attempt = SEARCHES, offender, cause, kind, attempt
    one.number, one.n_looked, one.n_turned = number, n_looked, n_turned
    one.began, one.until = t, t + minutes
    one.n_steps, one.step_min, one.way[0] = 1, 2.0 * MAX_SEARCH_MIN, segment
    return True


@compiled
def carry_home(w: State, offender: int, kind: int, cause: Key, segment: int, t: float) -> None:
    """Let an offender carry home what was taken, on foot, from street to street toward the home."""
    p = w.p[0]
    if p.p_notice_goods <= 0.0:
        return
    row = _free_row(w, t)
    if row == NONE:
        return
    one = w.conspicuous[row]
    one.doing, one.offender, one.cause, one.kind = CARRIES, offender, cause, kind
    home = w.residents[w.offenders[offender].resident].home
    length, n, here = 0.0, 0, segment
    while n < MAX_STEPS and here != NONE:
        one.way[n] = here
        length += w.segments[here].length_m
        n += 1
        here = _nearer(w, here, home) if home >= 0 else NONE  # which way leads out of a part is not known
    one.n_steps, one.step_min = n, length / n / (p.walking_kmh * 1000.0 / HOUR_MIN)
    one.began, one.until = t, t + n * one.step_min


@compiled
def _nearer(w: State, segment: int, home: int) -> int:
    """Name the next street that lies nearest to home, or `NONE` where none lies nearer than this one."""
    best, least = NONE, _gap(w, segment, home)
    for k in range(w.neighbours_start[segment], w.neighbours_start[segment + 1]):
        gap = _gap(w, w.neighbours[k], home)
        if gap < least:
            best, least = int(w.neighbours[k]), gap
    return best


@compiled
def _gap(w: State, segment: int, other: int) -> float:
    """Return the squared distance between the first ends of two segments."""
    a, b = w.segments[segment].junction_a, w.segments[other].junction_a
    east, north = w.walk.x[a] - w.walk.x[b], w.walk.y[a] - w.walk.y[b]
    return float(east * east + north * north)


@compiled
def seen_at(w: State, row: int, t: float) -> int:
    """Return the segment on which somebody can be seen at a moment, or `NONE`."""
    one = w.conspicuous[row]
    who = w.offenders[one.offender]
    if t < one.began or t >= one.until or who.custody_until > t or w.where[who.resident] == AWAY:
        return NONE
    return int(one.way[min(int((t - one.began) / one.step_min), one.n_steps - 1)])


@compiled
def next_search_end(w: State) -> float:
    """Return when the next search that goes on comes to its end, or `NEVER`."""
    t = NEVER
    for row in range(w.c[0].n_conspicuous):
        if w.conspicuous[row].doing == SEARCHES:
            t = min(t, w.conspicuous[row].until)
    return t


@compiled
def ending_search(w: State, t: float) -> int:
    """Name the row of the search that ends at a moment: of several the first by key, however rows are numbered."""
    best = NONE
    for row in range(w.c[0].n_conspicuous):
        one = w.conspicuous[row]
        if one.doing == SEARCHES and one.until == t and (best == NONE or one.cause < w.conspicuous[best].cause):
            best = row
    return best


@compiled
def give_up(w: State, offender: int, everything: bool) -> None:
    """End the searches of an offender, and with `everything` also the way home with the goods."""
    row = 0
    while row < w.c[0].n_conspicuous:
        one = w.conspicuous[row]
        if one.offender == offender and (everything or one.doing == SEARCHES):
            free_row(w, row)
        else:
            row += 1


@compiled
def free_row(w: State, row: int) -> None:
    """Strike a row; the last one takes its place."""
    c = w.c[0]
    c.n_conspicuous -= 1
    w.conspicuous[row] = w.conspicuous[c.n_conspicuous]


@compiled
def _free_row(w: State, t: float) -> int:
    """Find room, once those are struck who got home."""
    c, row = w.c[0], 0
    while row < c.n_conspicuous:
        one = w.conspicuous[row]
        if one.doing == CARRIES and one.until < t - DAY_MIN / 24.0:
            free_row(w, row)
        else:
            row += 1
    if c.n_conspicuous >= w.conspicuous.size:
        return NONE
    c.n_conspicuous += 1
    return int(c.n_conspicuous - 1)
