"""Walk-in police rooms, one for some 13,000 residents, staffed by day and in the evening (Zhengzhou)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.random import Generator
from pydantic import model_validator

from sim.params import Factor, Hours, param
from sim.policies.contract.registry import policy
from sim.policies.duties import crew_or_one
from sim.policies.protocol import CityBrief, Floats, Ints, Observation, Orders, Organisation, PolicyModel, Task


@policy("police_rooms")
class PoliceRooms(PolicyModel):
    """Open police rooms where most people live, with an auxiliary or a community officer in each by day and evening.

    What officers do and when: from `opens_h` to `closes_h` one of the auxiliaries or community officers on duty sits in
    each room, auxiliaries first, whoever belongs to the cell of the room or is based nearest; in a force so small that
    neither is on duty, one officer in a car. A community officer is off the radio there but for priority 1. Residents
    walk in with what they would call about or tell nobody, the more the nearer they live and the better they know of
    it; they can report there, be registered, and say what is wrong in their street and their house. Added to another
    strategy, the rooms are staffed first.

    Dose: a room for each `residents_a_room`; `hours_room` counts the hours in which somebody sits there, and
    `walk_ins_per_1000` who comes.

    Resources: the hours of whoever sits there, who is missing elsewhere, and a hut or shop for each room
    (`cost.cost_post_day`). Data needed: homes by street.

    Known side effects: rooms serve who lives near; recorded crime rises with what is told there; streets see fewer
    officers. Zhengzhou counted 768 police rooms for some ten million residents; no evaluation was found. An officer
    indoors deters little, as `deterrence.car_visibility` has it.

    Parameters: residents_a_room 500 to 1,000,000, opens_h 0 to 16 and closes_h 8 to 24, the first before the second.
    """

    residents_a_room: Factor = param(
        13_000.0, "residents for each room", source="zhengzhou_grid", unit="people", low=500, high=1e6
    )
    opens_h: Hours = param(8.0, "hour at which the rooms open", source="prior", high=16)
    closes_h: Hours = param(22.0, "hour at which they close", source="prior", low=8, high=24)

    @model_validator(mode="after")
    def _opens_before_it_closes(self) -> PoliceRooms:
        if self.opens_h >= self.closes_h:
            raise ValueError(
                f"police rooms must open before they close, got opens_h {self.opens_h:g} and closes_h {self.closes_h:g}"
            )
        return self

    def organise(self, brief: CityBrief) -> Organisation:
        """Open the rooms."""
        rooms = places_of_rooms(brief, self.residents_a_room)
        return replace(
            super().organise(brief), police_rooms=rooms, rooms_open_h=(float(self.opens_h), float(self.closes_h))
        )

    def decide(self, seen: Observation, rng: Generator) -> Orders:
        """Staff the rooms while they are open, those with most homes first."""
        begin = seen.shift * seen.brief.shift_min
        first, last = 60.0 * self.opens_h - begin, 60.0 * self.closes_h - begin
        if last <= 0.0 or first >= seen.brief.shift_min:
            return Orders()
        crew = [officer for officer in self._crew(seen, rng) if _overlap(seen.window(officer), first, last)]
        rooms = places_of_rooms(seen.brief, self.residents_a_room)
        tasks = []
        for officer, room in zip(staff(seen, crew, rooms), rooms.tolist(), strict=False):
            start, end = seen.window(officer)
            tasks.append(Task(officer, "room", (room,), start=max(first, start), end=min(last, end), protected=True))
        return Orders(tuple(tasks))

    def _crew(self, seen: Observation, rng: Generator) -> list[int]:
        """Name who can sit in a room, auxiliaries first."""
        able = crew_or_one(seen, rng, "auxiliary", "community").tolist()
        return sorted(able, key=lambda officer: (seen.brief.role[officer] != "auxiliary", officer))


def _overlap(window: tuple[float, float], first: float, last: float) -> bool:
    return max(window[0], first) < min(window[1], last)


def staff(seen: Observation, crew: list[int], rooms: Ints) -> list[int]:
    """Name an officer for each room as far as they suffice: of those next in rank, of its cell, then the nearest.

    Parameters
    ----------
    crew
        officers, auxiliaries first
    """
    brief, left, chosen = seen.brief, list(crew), []
    cell = dict(zip(seen.on_duty.tolist(), seen.cell.tolist(), strict=True))
    for room in rooms.tolist():
        if not left:
            break

        def rank(officer: int, room: int = room) -> tuple[bool, bool, float]:
            base = brief.base[officer]
            away = np.hypot(*(v[base] - v[room] for v in (brief.segment_x, brief.segment_y)))
            return brief.role[officer] != "auxiliary", cell[officer] != brief.cell[room], float(away)

        best = min(left, key=rank)
        left.remove(best)
        chosen.append(best)
    return chosen


def places_of_rooms(brief: CityBrief, residents_a_room: float) -> Ints:
    """Choose the streets of the rooms, one after the other: with many homes, and far from the rooms chosen before.

    The first is where most homes are; each further one where homes times the distance to the nearest room is largest.
    """
    homes, households = brief.dwellings, brief.household_segment
    shown = float((households >= 0).mean()) if len(households) else 1.0  # of a strategy in some places, theirs alone
    n = min(max(1, round(shown * brief.n_residents / residents_a_room)), int((homes > 0).sum()))
    places: list[int] = []
    score: Floats = homes.astype(np.float64)
    nearest = np.full(brief.n_segments, np.inf)
    for _ in range(n):
        place = int(np.argmax(score))
        if score[place] <= 0.0:
            break
        places.append(place)
        away = np.hypot(brief.segment_x - brief.segment_x[place], brief.segment_y - brief.segment_y[place])
        nearest = np.minimum(nearest, away)
        score = homes * nearest
    return np.array(places, np.int32)
