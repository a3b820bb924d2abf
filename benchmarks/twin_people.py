"""The people of the twin: agents who plan a day, walk, and some of whom look for a target."""

from __future__ import annotations

from mesa.discrete_space import CellAgent
from twin_street import HOME, LEISURE_A, LEISURE_B, TRAVELLING, WORK, Street, Town, single

from sim.agents.tables import DAYS_HOME, DAYS_LATE, DAYS_SCHOOL, LEGS, NEVER, NONE
from sim.clock import DAY_MIN
from sim.draws import Stream, exponential, mix_keys, uniform, uniform_four
from sim.params import ASSAULT, CRIMES, DISORDER

# As whole numbers: Numba takes a thousand times longer to look at a member of an enumeration.
PLAN, OFFEND_WHEN, OFFEND_WHAT, OFFEND_WHERE = (
    int(stream) for stream in (Stream.PLAN, Stream.OFFEND_WHEN, Stream.OFFEND_WHAT, Stream.OFFEND_WHERE)
)


class Person(CellAgent):
    """A resident: plans a day at four in the morning, and follows the plan."""

    def __init__(self, city: Town, row: int) -> None:
        super().__init__(city)
        routine = city.world.state.routines[row]
        daily_round = city.world.state.rounds[routine["round"]]
        self.key = int(routine["key"])
        self.kind, self.outgoing = int(routine["kind"]), int(routine["outgoing"])
        self.places = [None if s == NONE else city.streets[s] for s in daily_round["place"].tolist()]
        self.paths: dict[tuple[int, int], list[Street]] = {}
        start = int(daily_round["path_start"])
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

    def step(self) -> None:
        """Go on by one street, and leave when the plan says so."""
        if self.where == TRAVELLING:
            self._walk()
        if self.model.tick_of_plan in self.plan:
            for origin, goal in self.plan[self.model.tick_of_plan]:
                if self.where == origin:
                    self._go(TRAVELLING, None)
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
            self.cell.count(self.where, -1)
        if street is not self.cell:
            self.move_to(street)
        self.where = where
        if street is not None:
            street.count(where, 1)

    def plan_day(self, day: int) -> None:
        """Give each trip of a day the tick that begins nearest to it, or that in which the trip before it ends."""
        city = self.model
        self.plan = {}
        arrived = 0
        for minute, origin, goal in self._trips(day):
            tick = min(max(int(minute / city.p.tick_min + 0.5), arrived), city.ticks_a_day - 1)
            self.plan.setdefault(tick, []).append((origin, goal))
            on_the_way = len(self.paths[origin, goal])
            city.street_ticks += on_the_way
            if origin != HOME:
                city.visit_ticks += tick - arrived
            arrived = tick + on_the_way

    def _trips(self, day: int) -> list[tuple[float, int, int]]:
        """Draw the trips of a day: minutes after four, from where, and where to."""
        p = self.model.p
        weekday = self.model.weekday[day + 1]
        u0, u1, u2, u3 = uniform_four(self.model.seed_of_run, PLAN, self.key, 3 * day + 3)
        v0, v1, v2, v3 = uniform_four(self.model.seed_of_run, PLAN, self.key, 3 * day + 4)
        u_straight, u_evening, _, _ = uniform_four(self.model.seed_of_run, PLAN, self.key, 3 * day + 5)
        leisure = LEISURE_A if v2 < 0.6 or self.places[LEISURE_B] is None else LEISURE_B
        readiness = 0.5 + self.outgoing / 255.0
        late_night = 4 <= weekday <= 5 and v3 < 0.5
        stay = 60.0 + 120.0 * (v0 + v1) * (1.5 if late_night else 1.0)

        def evening_out(begin: float, origin: int, stay: float) -> list[tuple[float, int, int]]:
            return [(begin, origin, leisure), (min(begin + stay, 1430.0), leisure, HOME)]

        can_go_out = self.places[leisure] is not None
        if self.kind != DAYS_HOME and weekday < 5 and self.places[WORK] is not None:
            begin, length = {DAYS_LATE: (620.0, 480.0), DAYS_SCHOOL: (215.0, 430.0)}.get(self.kind, (225.0, 560.0))
            leave = begin + 60.0 * (u0 + u1 - 1.0)
            back = leave + length + 75.0 * (u2 - 0.5)
            out = can_go_out and self.kind != DAYS_LATE and u3 < p.p_out_weekday * readiness
            if out and u_straight < 0.4:
                return [(leave, HOME, WORK), *evening_out(back, WORK, stay)]
            there_and_back = [(leave, HOME, WORK), (back, WORK, HOME)]
            later = max(back + 60.0, 840.0 + 120.0 * u_evening)
            return there_and_back + evening_out(later, HOME, stay) if out else there_and_back
        if can_go_out and weekday >= 5 and u3 < p.p_out_weekend * readiness:
            return evening_out(360.0 + 300.0 * (u0 + u1) + (240.0 if late_night else 0.0), HOME, stay)
        if can_go_out and weekday < 5 and u3 < p.p_errand * readiness:
            return evening_out(240.0 + 270.0 * (u0 + u1), HOME, 30.0 + 90.0 * (v0 + v1))
        return []


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
        p = self.model.p
        cause = mix_keys(self.offender_key, number)
        u_out, u_type, u_go, u_return = uniform_four(self.model.seed_of_run, OFFEND_WHAT, cause, 0)
        if self.where == HOME and u_out >= p.p_from_home:
            return
        kind = next((k for k, share in enumerate(self.mix[:-1]) if u_type < share), len(CRIMES) - 1)
        u_go /= max(1.0 - self._risk_at(t), 1e-9)
        weights = [pull * street.attraction(kind, t) for street, pull in self.known]
        total = sum(weights)
        if total > 0.0 and u_go < total / (1.0 + total):
            self._try_targets(kind, cause, t, weights, u_return)

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
        fresh = 0.5 ** ((t - then) / (self.model.p.boost_half_life_days * DAY_MIN))
        return street if u_return < self.model.p.p_return * fresh and street.attraction(kind, t) > 0.0 else None

    def _pick(self, weights: list[float], at: float) -> Street:
        i = 0
        while i < len(weights) - 1 and at >= weights[i]:
            at -= weights[i]
            i += 1
        return self.known[i][0]

    def _risk_at(self, t: float) -> float:
        return self.risk * 0.5 ** ((t - self.risk_t) / (self.model.p.risk_half_life_days * DAY_MIN))
