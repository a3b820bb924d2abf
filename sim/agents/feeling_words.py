"""Words for what people feel: attitudes, what moves them, local problems, and the groups of the account."""

from __future__ import annotations

from sim.agents.tables import CONTACTS, Column

ATTITUDES = ("security", "satisfaction", "trust")
SECURITY, SATISFACTION, TRUST = range(3)

CAUSES = (
    "call", "stop", "check", "visit", "mediation", "meeting", "walk_in", "letter", "waiting", "outcome", "told", "seen",
    "problem", "crime", "disorder", "turnover", "watched",
)  # fmt: skip
"""What moves attitudes; the first ones in the order of `CONTACTS`. 'turnover' is what a tenant takes along."""
(
    BY_LETTER, BY_WAITING, BY_OUTCOME, BY_STORIES, BY_SIGHT, BY_PROBLEM, BY_CRIME, BY_DISORDER, BY_TURNOVER, BY_WATCHED,
) = range(len(CONTACTS), len(CAUSES))  # fmt: skip
N_CAUSES = len(CAUSES)
ADDED_LATER = ("walk_in", "watched")
"""Causes that are added up apart: the sum of the others is then what it was before, to the last digit."""

PROBLEMS = ("none", "disorder", "noise", "violence", "burglary", "traffic")
"""Local problems that residents name; thefts count as burglary, quarrels as noise."""
NO_PROBLEM, OF_DISORDER, OF_NOISE, OF_VIOLENCE, OF_BURGLARY, OF_TRAFFIC = range(6)
N_PROBLEMS = len(PROBLEMS)

AGE_BANDS = ("under 30", "30 to 44", "45 to 64", "65 and more")
TENURES = ("owner", "tenant", "migrant")
N_GROUPS = len(AGE_BANDS) * len(TENURES)

ACCOUNT = (
    Column("fresh", "f8", "", "sum of fresh impressions of a group, by attitude and cause", len(ATTITUDES) * N_CAUSES),
    Column("lasting", "f8", "", "the same of lasting ones", len(ATTITUDES) * N_CAUSES),
    Column("learnt", "f8", "", "the same of what traits took up", len(ATTITUDES) * N_CAUSES),
)
"""What attitudes are made of, by group of residents: one row for each age band and tenure."""
