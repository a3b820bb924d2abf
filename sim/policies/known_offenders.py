"""Known offenders: those with most cases on file are called on at home, and some are helped (Exeter, Fengqiao)."""

from __future__ import annotations

import math

import numpy as np
from numpy.random import Generator

from sim.params import Count, Days, Factor, Fraction, Minutes, param
from sim.policies.contract.registry import policy
from sim.policies.duties import EVENING
from sim.policies.levers import Levers, Participation
from sim.policies.protocol import Ints, Observation, Orders, PolicyModel, Task

DAY_MIN = 1440.0
FROM_MIN, UNTIL_MIN = 180.0, 420.0
"""Calls are made from seven to eleven in the evening, when a curfew would hold."""


@policy("known_offenders")
class KnownOffenders(PolicyModel):
    """Call on those with most arrests on file every so many days, in the evening, and help a part of them.

    What officers do and when: from seven to eleven in the evening, as many community officers as it takes, and after
    them response officers, call on those who are due, off the radio but for priority 1. Whoever is at home learns that
    officers know where; whoever is wanted may be found out. A part of those who are met is helped by others
    (probation, drug treatment, housing). All else is as without it.

    Dose: calls for a known offender at large and month (`supervision_a_month`), and how many of them meet somebody
    (`supervision_met_pct`): whoever is out has made it a way for nothing. The list is drawn up anew at each briefing
    from arrests on file, those of the years before the run among them (`investigation.file_years`), and those who are
    in custody are left out.

    Resources: officers of the evening, some 20 minutes a call; those who are helped cost `cost.cost_support`. Data
    needed: arrests with name and address. It does not know who offends, only who was arrested.

    Known side effects: whoever was caught once is looked at more, and arrested more; who is never caught is never
    called on; the household of the person is called on as well. Of Exeter's work with prolific offenders no evaluation
    with a comparison was found. No effect is written in: a call raises the perceived risk of that person
    (`deterrence.risk_per_call`), and help takes strain off (`helpers.help_relief`), which moves little in this model.

    Parameters: listed 0.01 to 5 for 1,000 residents, least_cases 1 to 20, every_days 1 to 91, dwell 3 to 60 min,
    call_takes 5 to 120 min, officers_share 0 to 1, helped 0 to 1.
    """

    listed: Factor = param(
        0.3, "known offenders on the list for 1,000 residents", source="prior", unit="per 1,000", low=0.01, high=5
    )
    least_cases: Count = param(2, "arrests on file from which on somebody is listed", source="prior", low=1, high=20)
    every_days: Days = param(7.0, "days between two calls at the same door", source="prior", low=1, high=91)
    dwell: Minutes = param(10.0, "length of a call that meets somebody", source="prior", low=3, high=60)
    call_takes: Minutes = param(
        20.0, "minutes to plan for such a call and the way to it", source="prior", low=5, high=120
    )
    officers_share: Fraction = param(
        0.3, "share of community and response officers of the evening who may be sent", source="prior"
    )
    helped: Fraction = param(0.3, "share of those met at home who are helped as well", source="prior")

    def levers(self) -> Levers:
        """Have others help a part of those who are met."""
        return Levers(participation=Participation(support=self.helped))

    def decide(self, seen: Observation, rng: Generator) -> Orders:
        """Share the calls that are due among as few officers as it takes, to each those that lie close together."""
        if seen.shift != EVENING:
            return Orders()
        due = self.due(seen)
        a_crew = int((UNTIL_MIN - FROM_MIN) // self.call_takes)
        able = [*seen.with_role("community").tolist(), *seen.with_role("response").tolist()]
        crew = able[: min(round(self.officers_share * len(able)), math.ceil(len(due) / a_crew))]
        if not crew:
            return Orders()
        rounds = np.array_split(_one_way(seen, due[: a_crew * len(crew)]), len(crew))
        return Orders(
            tuple(
                Task(
                    officer,
                    "supervise",
                    tuple(seen.files.person[mine].tolist()),
                    dwell=self.dwell,
                    start=FROM_MIN,
                    end=UNTIL_MIN,
                    protected=True,
                )
                for officer, mine in zip(crew, rounds, strict=True)
                if len(mine)
            )
        )

    def named(self, seen: Observation) -> Ints:
        """Name the places in `seen.files` of those on the list, most cases first and then the latest."""
        files = seen.files
        most = math.ceil(self.listed * seen.brief.n_residents / 1000.0)
        order = np.lexsort((-files.last, -files.n_cases))
        able = (files.n_cases[order] >= self.least_cases) & ~files.held[order]
        return order[able][:most].astype(np.int32)

    def due(self, seen: Observation) -> Ints:
        """Name those of the list whose last call is long enough ago, the longest first."""
        listed = self.named(seen)
        # Half a day early counts: calls are made once an evening, not at the same minute.
        waited = (seen.now - seen.files.called[listed]) / DAY_MIN + 0.5
        order = np.argsort(-waited, kind="stable")
        return listed[order[waited[order] >= self.every_days]]


def _one_way(seen: Observation, chosen: Ints) -> Ints:
    """Put the addresses in the order of one way around their middle, so that each officer's lie close together."""
    if not len(chosen):
        return chosen
    segment = seen.files.segment[chosen]
    x, y = seen.brief.segment_x[segment], seen.brief.segment_y[segment]
    return chosen[np.argsort(np.arctan2(y - y.mean(), x - x.mean()), kind="stable")]
