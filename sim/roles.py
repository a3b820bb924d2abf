"""What staff of each role are, and what they can be ordered to do: declared once, for rules, strategies and studies."""

from __future__ import annotations

from typing import NamedTuple


class Role(NamedTuple):
    """Declare a role of a force."""

    name: str
    sworn: bool
    """an officer, and not an auxiliary or a civilian"""
    on_foot: bool
    """walks; the others drive"""
    in_office: bool
    """is at a desk when no order is given, and does not patrol"""
    is_police: bool
    """is taken for police by offenders and residents"""


FORCE = (
    Role("response", sworn=True, on_foot=False, in_office=False, is_police=True),
    Role("foot", sworn=True, on_foot=True, in_office=False, is_police=True),
    Role("community", sworn=True, on_foot=False, in_office=False, is_police=True),
    Role("detective", sworn=True, on_foot=False, in_office=True, is_police=True),
    Role("auxiliary", sworn=False, on_foot=True, in_office=False, is_police=True),
    Role("mediator", sworn=False, on_foot=True, in_office=True, is_police=False),
    Role("worker", sworn=False, on_foot=True, in_office=True, is_police=False),
    Role("warden", sworn=False, on_foot=True, in_office=False, is_police=True),
)
"""In the order of their numbers. Only the sworn stop people of their own accord. A row of wardens is a pair."""
ROLES = tuple(role.name for role in FORCE)
SWORN = tuple(role.name for role in FORCE if role.sworn)


class TaskKind(NamedTuple):
    """Declare what an officer can be ordered to do."""

    name: str
    targets: str
    """what its targets are: 'streets', 'households' or 'persons' to go to, a 'post' to hold, 'disputes', or nothing"""
    comes_first: bool = False
    """is not left out where another strategy orders the same officer at that time: the other order is cut short"""


WORK = (
    TaskKind("patrol", ""),
    TaskKind("rounds", "streets"),
    TaskKind("post", "post"),
    TaskKind("visits", "streets"),
    TaskKind("mediation", "disputes"),
    TaskKind("problem", "streets"),
    TaskKind("desk", ""),
    TaskKind("inspect", "streets"),
    TaskKind("homes", "households"),
    TaskKind("training", ""),
    TaskKind("letters", "streets"),
    TaskKind("meeting", "streets"),
    TaskKind("heads", "households", comes_first=True),
    TaskKind("room", "post", comes_first=True),
    TaskKind("supervise", "persons"),
)
"""In the order of their numbers."""
HOMES = ("old alone", "group let", "tenants", "others")
"""Kinds of household as police books tell them apart: one person of 65 or more who lives alone, rooms let to several
newcomers on the register, other tenants, all others."""
OLD_AGE = 65
"""Age from which who lives alone is one of the first of them."""
AIMLESS = frozenset(kind.name for kind in WORK if not kind.targets)
IN_TURN = frozenset(kind.name for kind in WORK if kind.targets in ("streets", "households", "persons"))
"""Whose targets are places to go to, one after the other."""
AT_HOMES = frozenset(kind.name for kind in WORK if kind.targets == "households")
"""Whose targets are households."""
COMES_FIRST = frozenset(kind.name for kind in WORK if kind.comes_first)
TASKS = tuple(kind.name for kind in WORK)
