"""How officers get about: along a planned way to a place, or at random on patrol."""

from __future__ import annotations

from sim.agents.presence import enter_segment
from sim.agents.routing import plan_route
from sim.agents.state import Roads, State
from sim.agents.tables import NONE, PATROL, RESPOND, TRAVEL
from sim.compiling.compiled import compiled
from sim.draws import Stream, uniform

PATROL_STREAM = int(Stream.PATROL)


@compiled
def take_arc(w: State, o: int, arc: int) -> None:
    """Drive or walk along one arc; the officer is in sight of its segment all the way."""
    who = w.officers[o]
    roads = w.walk if who.on_foot else w.drive
    _enter_arc(w, o, roads, arc)
    who.until = who.clock + roads.minutes[arc] / _pace(w, o)


@compiled
def _enter_arc(w: State, o: int, roads: Roads, arc: int) -> None:
    who = w.officers[o]
    who.stay_end = 0.0
    enter_segment(w, o, roads.segment[arc], who.clock)
    who.junction = roads.head[arc]


@compiled
def _pace(w: State, o: int) -> float:
    """Return the speed against that of `Roads.minutes`: a car to an urgent call is faster, nobody runs."""
    who = w.officers[o]
    if who.activity == RESPOND and not who.on_foot and who.call != NONE and w.calls[who.call].priority == 1:
        return float(w.p[0].emergency_factor)
    return 1.0


@compiled
def set_out(w: State, o: int, segment: int, activity: int) -> bool:
    """Plan the way to a segment and take its first arc; tell whether there is one."""
    who = w.officers[o]
    roads = w.walk if who.on_foot else w.drive
    who.path_n = plan_route(roads, who.junction, w.segments[segment].junction_a, w.routes[o])
    who.path_at, who.target, who.activity = 0, segment, activity
    if who.path_n == 0:
        return False
    take_arc(w, o, w.routes[o, 0])
    who.path_at = 1
    return True


@compiled
def patrol(w: State, o: int, cell: int) -> None:
    """Go on at random: any way but back, where there is another, and within the cell if one is given."""
    who = w.officers[o]
    roads = w.walk if who.on_foot else w.drive
    first, last = roads.start[who.junction], roads.start[who.junction + 1]
    u = uniform(w.c[0].seed, PATROL_STREAM, who.key, who.n_turns)
    who.n_turns += 1
    who.activity = PATROL
    allowed = _count_ways(w, o, roads, first, last, cell)
    if allowed == 0 and cell != NONE:
        if not _touches_cell(w, roads, first, last, cell) and set_out(w, o, _in_cell(w, cell, u), TRAVEL):
            return
        cell = NONE
        allowed = _count_ways(w, o, roads, first, last, cell)
    chosen, arc = int(u * allowed), first
    for k in range(first, last):
        if allowed == 0 or _may_take(w, o, roads, k, cell):
            arc = k
            if chosen == 0:
                break
            chosen -= 1
    _enter_arc(w, o, roads, arc)
    # `Roads.minutes` is the way to a call; patrol is slower, at a speed of its own.
    speed = w.p[0].foot_kmh if who.on_foot else w.p[0].patrol_kmh
    who.until = who.clock + w.segments[roads.segment[arc]].length_m / (speed * 1000.0 / 60.0)


@compiled
def _touches_cell(w: State, roads: Roads, first: int, last: int, cell: int) -> bool:
    """Tell whether a street at this junction belongs to the cell."""
    n = 0
    for k in range(first, last):
        n += w.cells[roads.segment[k]] == cell
    return n > 0


@compiled
def _in_cell(w: State, cell: int, u: float) -> int:
    """Choose a segment of a cell, any with the same chance."""
    n = 0
    for s in range(w.segments.size):
        n += w.cells[s] == cell
    chosen = int(u * n)
    for s in range(w.segments.size):
        if w.cells[s] == cell:
            if chosen == 0:
                return s
            chosen -= 1
    return 0


@compiled
def _may_take(w: State, o: int, roads: Roads, arc: int, cell: int) -> bool:
    segment = roads.segment[arc]
    return bool(segment != w.officers[o].segment and (cell == NONE or w.cells[segment] == cell))


@compiled
def _count_ways(w: State, o: int, roads: Roads, first: int, last: int, cell: int) -> int:
    n = 0
    for k in range(first, last):
        if _may_take(w, o, roads, k, cell):
            n += 1
    return n
