"""Grid policing: every cell has an officer and auxiliaries who know its people (Zhengzhou, from October 2014)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.random import Generator

from sim.params import Count, Days, Factor, Fraction, Minutes, param
from sim.policies.contract.registry import policy
from sim.policies.duties import DAY_SHIFT, places_with_role, sessions, spread_over_cells
from sim.policies.levers import Appraisal, Grid, Information, Levers, Participation, Team
from sim.policies.maps.estimates import hottest_by_estimate
from sim.policies.meetings import (
    WORK_MIN,
    give_way,
    meetings_a_day,
    meetings_of_the_evening,
    shift_of_meetings,
    work_on_what_was_raised,
)
from sim.policies.newsletters import letters_of_the_day, streets_due
from sim.policies.problem_oriented import problem_places
from sim.policies.protocol import CityBrief, Ints, Observation, Orders, Organisation, Task
from sim.policies.visiting import Visiting

A_STREET_MIN = 2.0
"""Time at the desk for the letters of a street."""
HANDOVER_MIN = 15.0
"""Left at the end of a shift, in which nobody begins anything."""


@policy("grid")
class GridPolicing(Visiting):
    """A named officer or auxiliary in every cell registers tenants, visits, mediates and passes clues on.

    What officers do and when: the city is divided into cells of some 4,500 residents. By day and in the evening
    auxiliaries and community officers visit the households of their cell that are due: an old person who lives
    alone weekly, rooms let to several newcomers monthly, other tenants quarterly, all others every two years. Community
    officers hear quarrels for a part of the shift; late in the evening auxiliaries walk rounds of the cell's hottest
    streets. Calls of a cell go to its own units first.

    Five faults were reported, each a switch that is on by default, as the reform was found: `bad_cells` (cells cut
    by the map, without regard to workload and barriers), `weak_team` (auxiliaries who leave, untrained),
    `late_information` (a month's lag, a third of records missing), `poor_appraisal` (visits counted, nobody audits:
    visits for the form, records downgraded) and `little_participation` (few know of it and nobody writes to them, few
    help and nobody is thanked, no agency helps on the places, and no meetings are held at which residents say what is
    wrong, on which officers and agencies would then work). `reform` is the same with all mended.

    Visits go by the register: where it lags or is not whole, officers ask for who has left and register anew who
    is on it; rooms let to several are not known where few tenants are on it, nor are all old people who live alone.

    Resources: auxiliaries (2.0 staff a cell), a part of response officers as community officers. Data needed: the
    record by cell, the register of tenants, quarrels that are known.

    Known side effects: visits burden tenants, who are visited and registered most, and whom police then know by name;
    forms for their own sake; auxiliaries leave.
    The reform hardly added sworn officers (over 900 community officers in 2010, 839 in 2019): it added auxiliaries
    and data. All published figures are official claims; no evaluation with a comparison was found.

    Parameters: residents_a_cell 200 to 100,000, auxiliaries 0 to 10 for 1,000 residents, community_share 0 to 0.5,
    visit_share, mediate_share, problem_share, known 0 to 1, problems_a_cell 0 to 20 a year, days between visits by kind
    of household, between meetings and between letters 0 to 3650, and the five switches.
    """

    residents_a_cell: Factor = param(
        4500.0, "residents of a cell", source="zhengzhou_grid", unit="people", low=200, high=100_000
    )
    auxiliaries: Factor = param(
        0.38, "auxiliaries for 1,000 residents", source="zhengzhou_grid", unit="per 1,000", high=10
    )
    community_share: Fraction = param(
        0.06, "share of response officers who serve in the cells instead", source="zhengzhou_grid", high=0.5
    )
    visit_share: Fraction = param(0.5, "share of a shift at most that visits may take", source="prior")
    mediate_share: Fraction = param(0.25, "share of a community officer's shift spent hearing quarrels", source="prior")
    dwell: Minutes = param(12.0, "length of a stop on a round", source="prior", low=1, high=60)
    hot_share: Fraction = param(0.05, "share of segments on the map of the rounds", source="prior", high=0.2)
    weeks: Count = param(8, "incidents of this many weeks make the map", source="prior", unit="weeks", low=1, high=52)

    meetings_days: Days = param(
        91.0,
        "days between two meetings of a cell with its residents, where they take part; 0 for none",
        source="prior",
        high=3650,
    )
    follow_share: Fraction = param(
        0.15, "share of a community officer's day shift spent on what was raised there", source="prior"
    )
    problems_a_cell: Factor = param(
        2.0, "problem places that a cell takes up in a year, from the record", source="prior", unit="per year", high=20
    )
    problem_share: Fraction = param(
        0.1, "share of a day shift of community officers and auxiliaries spent on them", source="prior"
    )
    known: Fraction = param(0.1, "share of residents who know of the cell and its officer at first", source="prior")
    letters_days: Days = param(
        91.0,
        "days after which each home gets a letter that tells of it, where residents take part; 0 for none",
        source="prior",
        high=3650,
    )

    bad_cells: bool = param(
        True, "fault: cells are cut by the map, not by workload and barriers", source="zhengzhou_faults"
    )
    weak_team: bool = param(
        True,
        "fault: auxiliaries are untrained and leave",
        source="zhengzhou_faults",
        note="hired staff leave at 0.5 a year, 0.1 without it; published 0.40 in one region [auxiliary_turnover]",
    )
    late_information: bool = param(True, "fault: records reach the cells late and in part", source="zhengzhou_faults")
    poor_appraisal: bool = param(True, "fault: visits are counted and nobody audits", source="zhengzhou_faults")
    little_participation: bool = param(
        True, "fault: few know of it, few help, nobody is thanked", source="zhengzhou_faults"
    )

    def levers(self) -> Levers:
        """Set each lever as the reform was found, or as the literature would have it."""
        return Levers(
            grid=Grid("area" if self.bad_cells else "workload", self.residents_a_cell, own_cell_min=2.0),
            team=Team(
                auxiliaries=self.auxiliaries,
                share_community=self.community_share,
                fair_odds=1.0 if self.weak_team else 2.0,
                turnover_per_year=0.5 if self.weak_team else 0.1,
            ),
            information=(
                Information(completeness=0.67, lag_days=30.0)
                if self.late_information
                else Information(estimate="self_exciting", shared=0.2)
            ),
            appraisal=(
                Appraisal(visits=0.8, records=0.5)
                if self.poor_appraisal
                else Appraisal(visits=0.2, response=0.2, satisfaction=0.6, audit=0.8)
            ),
            participation=(
                Participation(volunteers=0.1, recognition=0.1, known=self.known)
                if self.little_participation
                else Participation(volunteers=0.6, recognition=0.9, agencies=0.5, follow_up=0.7, known=self.known)
            ),
        )

    def organise(self, brief: CityBrief) -> Organisation:
        """Give community officers and auxiliaries a cell each, those with most homes first."""
        return Organisation(cell=brief.cell, officer_cell=spread_over_cells(brief, ("community", "auxiliary")))

    def decide(self, seen: Observation, rng: Generator) -> Orders:
        """Order visits first, then quarrels to be heard, then work on what is wrong, then rounds of the cell."""
        if seen.shift == 0:
            return Orders()
        shift_min = seen.brief.shift_min
        visited = self.visit_share * shift_min
        heard = min(shift_min, visited + self.mediate_share * shift_min)
        community = places_with_role(seen, "community")
        hot = hottest_by_estimate(seen, self.hot_share, weeks=self.weeks, until=seen.week_began)
        crew = places_with_role(seen, "community", "auxiliary")
        tasks: list[Task | None] = [*self.visits(seen, crew, rng, end=visited)]
        if heard > visited:
            tasks += sessions(seen, community, start=visited, end=heard, most=2)
        at_desks, raised = self._take_part(seen, seen.on_duty[community].tolist(), heard, rng)
        begins = dict.fromkeys(crew, visited) | dict.fromkeys(community, heard)
        begins |= {at: task.end for task in raised for at in crew if seen.on_duty[at] == task.officer}
        problems = self._solve(seen, begins, rng)
        begins |= {at: task.end for task in problems for at in crew if seen.on_duty[at] == task.officer}
        tasks += [*raised, *problems, *(self._round(seen, at, hot, rng, start=begins[at]) for at in crew)]
        return Orders(tuple(give_way([task for task in tasks if task is not None], at_desks)))

    def _take_part(
        self, seen: Observation, officers: list[int], start: float, rng: Generator
    ) -> tuple[tuple[Task, ...], tuple[Task, ...]]:
        """Order meetings and letters, and by day the work that residents asked for; none where few take part."""
        if self.little_participation:
            return (), ()
        told = self._write(seen)
        if self.meetings_days == 0.0:
            return told, ()
        if seen.shift == shift_of_meetings(seen.brief):
            a_day = meetings_a_day(seen, self.residents_a_cell, self.meetings_days)
            held = meetings_of_the_evening(seen, officers, a_day, rng)
            told = (*(task for task in told if task.officer not in {one.officer for one in held}), *held)
        if seen.shift != DAY_SHIFT:
            return told, ()
        return told, work_on_what_was_raised(seen, officers, self.follow_share, WORK_MIN, start=start)

    def _write(self, seen: Observation) -> tuple[Task, ...]:
        """Let community officers end the day shift with letters to the streets whose turn it is."""
        if self.letters_days == 0.0:
            return ()
        letters = letters_of_the_day(seen, streets_due(seen, self.letters_days), A_STREET_MIN)
        return tuple(
            replace(one, start=max(one.start, one.end - HANDOVER_MIN - A_STREET_MIN * len(one.targets)))
            for one in letters
        )

    def _solve(self, seen: Observation, begins: dict[int, float], rng: Generator) -> tuple[Task, ...]:
        """Work by day on the problem places, each looked after by somebody of its cell if anybody is on duty there."""
        crew = sorted(begins)
        a_year = self.problems_a_cell * len(np.unique(seen.brief.cell))
        if seen.shift != DAY_SHIFT or not crew or self.problem_share == 0.0 or a_year == 0.0:
            return ()
        mine: dict[int, list[int]] = {at: [] for at in crew}
        for place in rng.permutation(problem_places(seen, a_year)).tolist():
            own = [at for at in crew if seen.cell[at] == seen.brief.cell[place]] or crew
            mine[min(own, key=lambda at: (len(mine[at]), at))].append(place)
        spent, shift_min = self.problem_share * seen.brief.shift_min, seen.brief.shift_min
        spans = {at: (begins[at], min(begins[at] + spent, shift_min)) for at in crew if mine[at]}
        return tuple(
            Task(int(seen.on_duty[at]), "problem", tuple(mine[at]), dwell=end - begin, start=begin, end=end)
            for at, (begin, end) in spans.items()
            if end > begin
        )

    def _round(self, seen: Observation, at: int, hot: Ints, rng: Generator, *, start: float) -> Task | None:
        """Walk the hottest streets of the own cell for the rest of the shift."""
        if start >= seen.brief.shift_min:
            return None
        mine = hot[seen.brief.cell[hot] == seen.cell[at]][:6]
        if not len(mine):
            return None
        return Task(
            int(seen.on_duty[at]),
            "rounds",
            tuple(rng.permutation(np.asarray(mine)).tolist()),
            dwell=self.dwell,
            start=start,
            end=seen.brief.shift_min,
        )
