"""The diary of one officer or one resident: what they did from when to when, and what happened to them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.agents.tables import (
    ACTIVITIES,
    AT_WORK,
    DAYS_SCHOOL,
    DAYS_STUDY,
    NONE,
    OFF,
    PLACES,
    SERVE,
    TRAVELLING,
)
from sim.clock import DAY_MIN
from sim.report.day.watch import FELT, WatchedDay, segments_of_resident
from sim.roles import FORCE

Ints = NDArray[np.int64]
OFFICER, RESIDENT = "officer", "resident"
MOVING = ("patrol", "walk", "travel", "respond", "travelling")
"""What is done on the way: it is told as one, however many streets it leads through."""


@dataclass(frozen=True)
class Stay:
    """Hold what somebody did from when to when."""

    begin: float
    """minutes after midnight"""
    end: float
    what: str
    """a word of `ACTIVITIES` or `PLACES`; 'school' for the work of pupils, 'walk' for the patrol of civilians"""
    segment: int
    """where it began; below 0 out of sight or beyond the border"""


@dataclass(frozen=True)
class Event:
    """Hold what happened to somebody."""

    t: float
    """minutes after midnight"""
    what: str
    """the key of its words in `texts_day.toml`"""
    segment: int
    kind: str = ""
    """the kind of call or of crime"""
    priority: int = 0
    wait_min: float = float("nan")
    """from the call to the first unit there"""
    minutes: float = float("nan")
    """how long it took"""
    mark: str = ""
    """'fair', 'unfair', 'found', 'in_vain', ...: how it went"""


@dataclass(frozen=True)
class Diary:
    """Hold the day of one person."""

    who: str
    """`OFFICER` or `RESIDENT`"""
    row: int
    facts: dict[str, str | int | float]
    """what is known of the person: role, or sex, age, tenure and kind of day"""
    segments: Ints
    """(n_ticks,) where the person was at each look"""
    stays: tuple[Stay, ...]
    events: tuple[Event, ...]
    police_in_street: NDArray[np.bool_]
    """(n_ticks,) police were in sight in the street in which the person was"""
    felt: dict[str, tuple[float, float, float]] = field(default_factory=dict)
    """by attitude, before and after the day, and what of the change is mood, for reasons of the person's own"""

    @property
    def begin(self) -> float:
        """Give the minute from which on there is something to tell: an officer is told from the begin of the duty."""
        return self.stays[0].begin if self.stays else 0.0

    @property
    def end(self) -> float:
        """Give the minute of its end."""
        return self.stays[-1].end if self.stays else float(DAY_MIN)


def officer_diary(watched: WatchedDay, row: int) -> Diary:
    """Tell the day of an officer, or of civilian staff."""
    looks, officers = watched.looks, watched.world.state.officers
    activity, segments = looks.activity[:, row], looks.segment[:, row].astype(np.int64)
    words = [ACTIVITIES[number] for number in activity]
    if not FORCE[officers["role"][row]].is_police:
        words = ["walk" if word == "patrol" else word for word in words]
    on_duty = activity != OFF
    events = sorted(_officer_events(watched, row, segments), key=lambda event: event.t)
    return Diary(
        OFFICER, row, {"role": int(officers["role"][row]), "on_duty_min": float(on_duty.sum() * looks.tick_min)},
        segments, tuple(stay for stay in _stays(words, segments, looks.tick_min) if stay.what != "off"), tuple(events),
        np.zeros(looks.n_ticks, bool),
    )  # fmt: skip


def resident_diary(watched: WatchedDay, row: int) -> Diary:
    """Tell the day of a resident."""
    looks, state = watched.looks, watched.world.state
    segments = segments_of_resident(watched, row)
    who, kind = state.residents[row], int(state.routines["kind"][row])
    words = [PLACES[number] for number in looks.where[:, row]]
    if kind in (DAYS_SCHOOL, DAYS_STUDY):
        words = ["school" if word == PLACES[AT_WORK] else word for word in words]
    seen = looks.n_police[np.arange(looks.n_ticks), np.maximum(segments, 0)] > 0
    tenure = "migrant" if who["migrant"] else "tenant" if who["renting"] else "owner"
    facts: dict[str, str | int | float] = {
        "male": int(who["male"]),
        "age": int(who["age"]),
        "tenure": tenure,
        "days": kind,
        "home": int(who["home"]),
    }
    by_mood = looks.mood[1][row] - looks.mood[0][row]
    felt = {
        name: (float(looks.felt[name][0][row]), float(looks.felt[name][1][row]), float(by_mood[k]))
        for k, name in enumerate(FELT)
    }
    events = sorted(_resident_events(watched, row, segments), key=lambda event: event.t)
    stays = tuple(_stays(words, segments, looks.tick_min))
    return Diary(RESIDENT, row, facts, segments, stays, tuple(events), seen & (segments >= 0), felt)


def _stays(words: list[str], segments: Ints, tick_min: int) -> Iterator[Stay]:
    """Put looks together that show the same, on the same segment unless it is done on the way."""
    keys = [(word, -9 if word in MOVING else int(segment)) for word, segment in zip(words, segments, strict=True)]
    edges = [0, *(i for i in range(1, len(keys)) if keys[i] != keys[i - 1]), len(keys)]
    for first, last in pairwise(edges):
        yield Stay(float(first * tick_min), float(last * tick_min), words[first], int(segments[first]))


def _today(watched: WatchedDay, table: str, column: str = "t") -> pd.DataFrame:
    """Give the rows of a table whose time falls on the day, with `clock`, the minutes after its midnight."""
    rows = watched.tables[table]
    clock = rows[column] - watched.begin
    return rows.assign(clock=clock)[(clock >= 0.0) & (clock < DAY_MIN)]


def _officer_events(watched: WatchedDay, row: int, segments: Ints) -> Iterator[Event]:
    calls, looks = watched.tables["calls"], watched.looks
    reached = _today(watched, "calls", "t_arrived")
    mine = reached[reached["officer"] == row]
    for _, one in mine.iterrows():
        what = "found_call" if one["discovered"] else "first_at_call"
        yield Event(
            one["clock"], what, int(one["segment"]), str(one["kind"]), int(one["priority"]),
            float(one["t_arrived"] - one["t_call"]), float(one["t_closed"] - one["t_arrived"]),
        )  # fmt: skip
    helped = [int(c) for c in np.unique(looks.call[looks.activity[:, row] == SERVE, row]) if c]
    for _, one in calls[calls["cause"].isin(helped) & (calls["officer"] != row)].iterrows():
        tick = int(np.argmax((looks.call[:, row] == one["cause"]) & (looks.activity[:, row] == SERVE)))
        yield Event(looks.minute(tick), "helped_at_call", int(one["segment"]), str(one["kind"]), int(one["priority"]))
    contacts = _today(watched, "contacts")
    for _, one in contacts[(contacts["officer"] == row) & (contacts["kind"] != "response")].iterrows():
        yield _contact(one)
    arrests = _today(watched, "arrests")
    for _, one in arrests[arrests["officer"] == row].iterrows():
        yield Event(one["clock"], "arrest", _at(looks.tick_min, segments, one["clock"]), str(one["type"]))
    tickets = _today(watched, "tickets")
    for _, one in tickets[tickets["officer"] == row].iterrows():
        yield Event(one["clock"], "ticket", int(one["segment"]), mark="" if one["true"] else "in_vain")
    known = set(mine["cause"])
    for event, cause in _offences_near(watched, segments):
        if cause not in known:
            yield event


def _resident_events(watched: WatchedDay, row: int, segments: Ints) -> Iterator[Event]:
    looks, state = watched.looks, watched.world.state
    key, home = state.residents["key"][row], int(state.residents["home"][row])
    contacts = _today(watched, "contacts")
    for _, one in contacts[(contacts["resident"] == row) & (contacts["resident_key"] == key)].iterrows():
        yield _contact(one)
    calls = _today(watched, "calls", "t_call")
    for _, one in calls[(calls["caller"] == row) & (calls["caller_key"] == key)].iterrows():
        wait = float(one["t_arrived"] - one["t_call"])
        what = "called" if one["answered"] else "called_in_vain"
        yield Event(one["clock"], what, int(one["segment"]), str(one["kind"]), int(one["priority"]), wait)
    offences = _today(watched, "offences")
    own = (offences["victim_key"] == key) | (offences["resident_key"] == key)
    for _, one in offences[own].iterrows():
        what = "victim" if one["victim_key"] == key else "offended"
        yield Event(one["clock"], what, int(one["segment"]), str(one["type"]), mark=_known(one))
    for _, one in offences[~own & (offences["segment"] == home)].iterrows():
        if _at(looks.tick_min, segments, one["clock"]) != home:
            yield Event(one["clock"], "offence_at_home", home, str(one["type"]), mark=_known(one))
    mine = set(offences["cause"][own])
    for event, cause in _offences_near(watched, segments):
        if cause not in mine:
            yield event
    quarrels = _today(watched, "disputes")
    party = (quarrels["resident_a_key"] == key) | (quarrels["resident_b_key"] == key)
    for _, one in quarrels[party].iterrows():
        yield Event(one["clock"], f"quarrel_{one['what']}", int(one["segment"]))
    arrests = _today(watched, "arrests")
    for _, one in arrests[arrests["resident_key"] == key].iterrows():
        yield Event(one["clock"], "arrested", _at(looks.tick_min, segments, one["clock"]), str(one["type"]))


def _offences_near(watched: WatchedDay, segments: Ints) -> Iterator[tuple[Event, int]]:
    """Give the offences in the street in which the person then was, and their causes."""
    tick_min, offences = watched.looks.tick_min, _today(watched, "offences")
    at = segments[(offences["clock"].to_numpy() // tick_min).astype(np.int64)]
    for _, one in offences[(at == offences["segment"].to_numpy()) & (at != NONE)].iterrows():
        event = Event(one["clock"], "offence_here", int(one["segment"]), str(one["type"]), mark=_known(one))
        yield event, int(one["cause"])


def _contact(one: pd.Series) -> Event:
    """Tell of a contact how it went: whether anybody was met, what was found, and how it was felt."""
    kind = str(one["kind"])
    if kind in ("visit", "mediation", "meeting", "response"):
        mark = "hollow" if one["hollow"] else "nobody" if not one["met"] else "fair" if one["fair"] else "unfair"
    else:
        mark = ("found" if one["found"] else "in_vain") + ("_fair" if one["fair"] else "_unfair")
    suspicion = "_suspicion" if kind == "stop" and one["suspicion"] else ""
    minutes = float(one["minutes"])
    # The ledger has these when they are over, and stops when they begin.
    begin = max(one["clock"] - minutes, 0.0) if kind in ("visit", "mediation", "meeting") else one["clock"]
    return Event(begin, f"contact_{kind}{suspicion}", int(one["segment"]), minutes=minutes, mark=mark)


def _known(one: pd.Series) -> str:
    return "seen_by_police" if one["discovered"] else "reported" if one["reported"] else "unreported"


def _at(tick_min: int, segments: Ints, clock: float) -> int:
    return int(segments[min(int(clock // tick_min), len(segments) - 1)])


def spent(diary: Diary) -> dict[str, float]:
    """Add up the minutes by what was done, the most first."""
    minutes: dict[str, float] = {}
    for stay in diary.stays:
        minutes[stay.what] = minutes.get(stay.what, 0.0) + stay.end - stay.begin
    return dict(sorted(minutes.items(), key=lambda item: -item[1]))


def on_the_way(diary: Diary, tick: int, tick_min: int) -> bool:
    """Tell whether somebody is on the way during a tick."""
    minute = tick * tick_min
    return any(stay.begin <= minute < stay.end and stay.what in (*MOVING, PLACES[TRAVELLING]) for stay in diary.stays)


def moves_within(diary: Diary) -> tuple[float, float]:
    """Give the time of which the colours tell: of a resident from the first move to the last, otherwise all of it."""
    moves = [stay for stay in diary.stays if stay.what in MOVING and diary.who == RESIDENT]
    return (moves[0].begin, moves[-1].end) if moves else (diary.begin, diary.end)
