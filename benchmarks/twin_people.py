"""The people of the twin: agents who plan a day, walk, and some of whom look for a target."""

from __future__ import annotations

from mesa.discrete_space import CellAgent
from twin_street import HOME, LEISURE_B, TRAVELLING, WORK, Street, Town, left_after, single

from sim.agents.days import leg_ends, plan_person
from sim.agents.tables import LEGS, NEVER, NONE
from sim.agents.waking import is_awake
from sim.clock import DAY_MIN
from sim.draws import Stream, exponential, mix_keys, uniform, uniform_four
from sim.params import ASSAULT, CRIMES, DISORDER, ROBBERY

# As whole numbers: Numba takes a thousand times longer to look at a member of an enumeration.
OFFEND_WHEN, OFFEND_WHAT, OFFEND_WHERE = (
    int(stream) for stream in (Stream.OFFEND_WHEN, Stream.OFFEND_WHAT, Stream.OFFEND_WHERE)
)


class Person(CellAgent):
    """A resident: plans a day at four in the morning, and follows the plan."""

    def __init__(self, city: Town, row: int) -> None:
        super().__init__(city)
        routine = city.world.state.routines[row]
        self.row, self.unique_row = routine, row
        daily_round = city.world.state.rounds[routine["round"]]
        self.places = [None if s == NONE else city.streets[s] for s in daily_round["place"].tolist()]
        self.paths: dict[tuple[int, int], list[Street]] = {}
        start = int(daily_round["path_start"])
        self.walked = {frozenset(leg) for k, leg in enumerate(LEGS) if int(daily_round["on_foot"]) >> k & 1}
        for leg, length in zip(LEGS, daily_round["path_len"].tolist(), strict=True):
            way = [city.streets[s] for s in city.world.state.paths[start : start + length].tolist()]
            self.paths[leg] = way
            self.paths[leg[::-1]] = way[::-1]
            start += length
        self.where = HOME
        self.cell = self.places[HOME]
        self.plan: dict[int, list[tuple[int, int]]] = {}
        self.way: list[Street] = []
        self.goal = HOME
        self.on_foot = False

    def step(self) -> None:
        """Go on by one street, and leave when the plan says so."""
        if self.where == TRAVELLING:
            self._walk()
        if self.model.tick_of_plan in self.plan:
            for origin, goal in self.plan[self.model.tick_of_plan]:
                if self.where == origin:
                    self._go(TRAVELLING, None)
                    self.on_foot = frozenset((origin, goal)) in self.walked
                    self.way, self.goal = list(reversed(self.paths[origin, goal])), goal
                    self._walk()

    def _walk(self) -> None:
        if self.way:
            self._go(TRAVELLING, self.way.pop())
        else:
            self._go(self.goal, self.places[self.goal])

    def _go(self, where: int, street: Street | None) -> None:
        """Change the street, or what one does in it."""
        if self.cell is not None:
            self.cell.count(self.where, -1, on_foot=self.on_foot)
        if street is not self.cell:
            self.move_to(street)
        self.where = where
        if street is not None:
            street.count(where, 1, on_foot=self.on_foot)

    def plan_day(self, day: int) -> None:
        """Give each trip of a day the tick that begins nearest to it, or that in which the trip before it ends."""
        city = self.model
        self.plan = {}
        free, origin = 0, HOME
        for minute, begin, goal in self._trips(day):
            tick = min(max(int(minute / city.p.tick_min + 0.5), free), city.ticks_a_day - 1)
            self.plan.setdefault(tick, []).append((begin, goal))
            on_the_way = len(self.paths[begin, goal])
            city.foot_ticks += on_the_way * (frozenset((begin, goal)) in self.walked)
            city.visit_ticks += (tick - free) * (begin != HOME)
            city.out_ticks += (tick - free) * (begin == LEISURE_B)
            free, origin = tick + on_the_way, goal
        if origin == WORK and free < city.ticks_a_day:
            city.visit_ticks += city.ticks_a_day - free

    def _trips(self, day: int) -> list[tuple[float, int, int]]:
        """Ask the core for the trips of a day: minutes after four, from where, and where to.

        The plan is the same small table work in both, and is not part of the comparison.
        """
        self.model.world.state.where[self.unique_row] = self.where
        n = plan_person(self.model.world.state, self.unique_row, day, self.model.times, self.model.legs)
        ends = [leg_ends(leg) for leg in self.model.legs[:n].tolist()]
        return [(minute, *pair) for minute, pair in zip(self.model.times[:n].tolist(), ends, strict=True)]


class Criminal(Person):
    """A resident who looks for a target now and then."""

    def __init__(self, city: Town, row: int, offender: int) -> None:
        super().__init__(city, row)
        mine = city.world.state.offenders[offender]
        self.rate, self.mix = float(mine["rate"]), mine["mix"].tolist()
        self.offender_key = int(mine["key"])
        known = city.world.state.awareness[mine["aware_start"] : mine["aware_start"] + mine["aware_n"]]
        self.known = [(city.streets[s], pull) for s, pull in known.tolist()]
        self.next_search, self.n_searches = float(mine["next_search"]), 0
        self.risk = self.risk_t = 0.0
        self.last: tuple[Street, int, float] | None = None

    def plan_searches(self, until: float) -> None:
        """Put the searches up to a time on the model's list."""
        while self.next_search < until:
            self.model.searches.append((self.next_search, self.n_searches, self))
            self.n_searches += 1
            gap = exponential(self.model.seed_of_run, OFFEND_WHEN, self.offender_key, self.n_searches)
            self.next_search += gap / self.rate if self.rate > 0.0 else NEVER

    def search(self, number: int, t: float) -> None:
        """Look for a target, and offend unless there is none or police are about."""
        cause = mix_keys(self.offender_key, number)
        u_out, u_type, u_go, u_return = uniform_four(self.model.seed_of_run, OFFEND_WHAT, cause, 0)
        kind = next((k for k, share in enumerate(self.mix[:-1]) if u_type < share), len(CRIMES) - 1)
        if u_out >= self._readiness(kind, t):
            return
        u_go /= max(1.0 - self._risk_at(t), 1e-9)
        weights = [pull * street.attraction(kind, t) for street, pull in self.known]
        total = sum(weights)
        if total > 0.0 and u_go < total / (1.0 + total):
            self._try_targets(kind, cause, t, weights, u_return)

    def _readiness(self, kind: int, t: float) -> float:
        """Return the chance that a search is begun from where the offender is."""
        p = self.model.p
        if self.where == HOME:
            self.model.world.state.where[self.unique_row] = HOME
            if not is_awake(self.model.world.state, self.unique_row, t):
                return 0.0
        if kind in (ASSAULT, DISORDER):
            usual = {HOME: p.violence_from_home, WORK: p.violence_from_work, LEISURE_B: 1.0}
            return float(usual.get(self.where, p.violence_by_day))
        evening = p.robbery_from_evening if kind == ROBBERY else p.p_from_evening
        usual = {HOME: p.p_from_home, WORK: p.p_from_work, LEISURE_B: evening}
        return float(usual.get(self.where, 1.0))

    def _try_targets(self, kind: int, cause: int, t: float, weights: list[float], u_return: float) -> None:
        p = self.model.p
        target = self._return_target(kind, t, u_return)
        in_view = uniform(self.model.seed_of_run, OFFEND_WHERE, cause, 1000) < p.share_in_view[kind]
        for attempt in range(p.n_tries):
            u_where, u_seen, u_again, _ = uniform_four(self.model.seed_of_run, OFFEND_WHERE, cause, attempt)
            street = self._pick(weights, sum(weights) * u_where) if target is None else target
            held_off = {ASSAULT: p.presence_on_violence, DISORDER: p.presence_on_disorder}.get(kind, 1.0)
            if not in_view or u_seen >= street.p_deterred(t) * held_off:
                self.last = (street, kind, t)
                street.suffer(kind, t)
                self.model.offences.append((cause, t, kind, street.coordinate))
                return
            now = self._risk_at(t)
            self.risk, self.risk_t = single(now + p.risk_per_sighting * (1.0 - now)), t
            if u_again >= p.p_try_again:
                return
            target = None

    def _return_target(self, kind: int, t: float, u_return: float) -> Street | None:
        """Go back to the place of the last success, as long as it is fresh."""
        if self.last is None or self.last[1] != kind:
            return None
        street, _, then = self.last
        fresh = left_after(t - then, self.model.p.boost_half_life_days * DAY_MIN)
        return street if u_return < self.model.p.p_return * fresh and street.attraction(kind, t) > 0.0 else None

    def _pick(self, weights: list[float], at: float) -> Street:
        i = 0
        while i < len(weights) - 1 and at >= weights[i]:
            at -= weights[i]
            i += 1
        return self.known[i][0]

    def _risk_at(self, t: float) -> float:
        return self.risk * left_after(t - self.risk_t, self.model.p.risk_half_life_days * DAY_MIN)
