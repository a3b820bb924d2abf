"""The story of a street, an officer, a resident, a call or an offence on a day, from the run that is watched.

It runs where the run is watched: the day is seen once more, from the last checkpoint before it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Any

import pandas as pd

from sim.agents.tables import ROLES
from sim.city.streets import STREET_CLASSES
from sim.clock import DAY_MIN
from sim.errors import InputError
from sim.inputs.words import LANGUAGES, Lang
from sim.policies.protocol import PolicyModel
from sim.report.day.diary import OFFICER, Diary, officer_diary, resident_diary
from sim.report.day.text import (
    clock,
    doing,
    entries_of,
    felt_line,
    long_time,
    nothing_line,
    person_of,
    spent_line,
    title_of,
)
from sim.report.day.watch import WatchedDay
from sim.report.texts import text
from sim.scenarios.scenario import Scenario
from sim.web.watching import SEED, watched_run
from sim.web.words import Both, both

KINDS = ("segment", "officer", "resident", "call", "offence")
MOST_LINES = 200
Lines = list[dict[str, Any]]


@dataclass(frozen=True)
class Wanted:
    """Ask for a story."""

    scenario: Scenario
    policy: PolicyModel
    root: Path
    kind: str
    row: str
    """number of a segment, an officer or a resident; the cause of a call or an offence"""
    begin: float
    """minute of the run; the day in which it lies is told"""
    seed: int = SEED


def tell_story(wanted: Wanted) -> dict[str, Any]:
    """Tell a story: `title`, `lines` [`minute`, `text`] and `facts` [`name`, `value`], in both languages.

    Raises
    ------
    InputError
        If there is no such day, street, person or event.
    """
    if wanted.kind not in KINDS or not wanted.row.isdecimal():
        raise InputError(f"a story must be of one of {', '.join(KINDS)} by its number, got {wanted.kind!r}")
    run = watched_run(wanted.scenario, wanted.policy, wanted.seed, wanted.root)
    watched = run.day(int(wanted.begin // DAY_MIN))
    row = int(wanted.row)
    if wanted.kind in ("officer", "resident"):
        return _of_person(watched, wanted.kind, row)
    if wanted.kind == "segment":
        return _of_segment(watched, row)
    return _of_event(watched, wanted.kind, row)


def _of_person(watched: WatchedDay, kind: str, row: int) -> dict[str, Any]:
    state = watched.world.state
    n = len(state.officers) if kind == OFFICER else int(state.c["n_living"][0])
    if not 0 <= row < len(state.residents if kind == "resident" else state.officers):
        raise InputError(f"a {kind} must be a number below {n}, got {row}")
    if kind == "resident" and row >= n:
        return {"title": both("story.from_beyond"), "lines": [], "facts": [], "day": watched.day}
    diary = officer_diary(watched, row) if kind == OFFICER else resident_diary(watched, row)
    entries = {lang: entries_of(diary, lang, most=MOST_LINES) for lang in LANGUAGES}
    lines = [
        {"minute": watched.begin + entry.t, "clock": clock(entry.t), "text": {"en": entry.words, "zh": chinese.words},
         "segment": entry.events[0].segment}
        for entry, chinese in zip(entries["en"], entries["zh"], strict=True)
    ]  # fmt: skip
    if not lines:
        lines = [
            {
                "minute": watched.begin,
                "clock": clock(0),
                "text": {lang: nothing_line(diary, lang) for lang in LANGUAGES},
            }
        ]
    if kind == OFFICER and not diary.stays:
        role = text_of_role(int(state.officers["role"][row]))
        return {"title": both("story.off_duty", n=row, role=role), "lines": [], "facts": [], "day": watched.day}
    said = {
        "who": {lang: person_of(diary, lang) for lang in LANGUAGES},
        "spent": {lang: spent_line(diary, lang) for lang in LANGUAGES},
        "felt": {lang: felt_line(diary, lang) for lang in LANGUAGES},
    }
    return {
        "title": {lang: title_of(watched, diary, lang) for lang in LANGUAGES}, "lines": lines, "day": watched.day,
        "facts": [{"name": both(f"story.{name}"), "value": value} for name, value in said.items() if value["en"]],
        "stays": _stays(watched, diary),
    }  # fmt: skip


def text_of_role(role: int) -> Both:
    """Name a role."""
    return both(f"roles.{ROLES[role]}")


def _stays(watched: WatchedDay, diary: Diary) -> Lines:
    """List what the person did from when to when."""
    return [
        {"from": watched.begin + stay.begin, "to": watched.begin + stay.end, "segment": stay.segment,
         "text": {lang: doing(stay.what, lang) for lang in LANGUAGES}}
        for stay in diary.stays
    ]  # fmt: skip


def _of_segment(watched: WatchedDay, row: int) -> dict[str, Any]:
    state, net = watched.world.state, watched.world.city.streets
    if row >= net.n_segments:
        raise InputError(f"a segment must be a number below {net.n_segments}, got {row}")
    lines = sorted(_events_at(watched, row), key=lambda one: one["minute"])
    here = state.segments[row]
    facts: dict[str, Any] = {
        "kind": both(f"story.class_{STREET_CLASSES[net.segment_class[row]]}"),
        "length_m": round(float(net.segment_length_m[row])), "district": int(here["district"]) + 1,
        "residents": int(here["n_residents"]), "homes": round(float(here["dwellings"])),
        "shops": round(float(here["shops"])), "police_min": round(_police_minutes(watched, row)),
        "n_offences": sum(one["what"] == "offence" for one in lines),
        "n_calls": sum(one["what"] == "call" for one in lines),
    }  # fmt: skip
    date = watched.scenario.clock.date_of(watched.day)
    return {
        "title": both("story.segment", n=row, date=date.isoformat()), "lines": lines[:MOST_LINES], "day": watched.day,
        "facts": [{"name": both(f"story.{name}"), "value": value} for name, value in facts.items()],
    }  # fmt: skip


def _police_minutes(watched: WatchedDay, row: int) -> float:
    """Count the minutes of the day in which police were seen there, by the looks."""
    return float((watched.looks.n_police[:, row] > 0).sum() * watched.looks.tick_min)


def _events_at(watched: WatchedDay, row: int) -> Iterator[dict[str, Any]]:
    for table, column in (
        ("offences", "t"),
        ("calls", "t_call"),
        ("contacts", "t"),
        ("arrests", "t"),
        ("tickets", "t"),
    ):
        rows = _today(watched, table, column)
        if "segment" not in rows:
            continue
        for _, one in rows[rows["segment"] == row].iterrows():
            what = table.removesuffix("s")
            line = {lang: _line(what, one, lang) for lang in LANGUAGES}
            yield {
                "minute": float(one[column]),
                "clock": clock(float(one[column]) - watched.begin),
                "what": what,
                "text": line,
            }


def _line(what: str, one: pd.Series, lang: Lang) -> str:
    if what == "offence":
        known = "seen_by_police" if one["discovered"] else "reported" if one["reported"] else "unreported"
        return both("story.offence", kind=text(lang, f"kind.{one['type']}"), known=text(lang, f"went.{known}"))[lang]
    if what == "call":
        key = "story.call" if one["answered"] else "story.call_in_vain"
        wait = long_time(float(one["t_arrived"] - one["t_call"]), lang)
        return both(key, kind=text(lang, f"kind.{one['kind']}"), priority=int(one["priority"]), wait=wait)[lang]
    if what == "contact":
        return text(lang, f"briefly.contact_{one['kind']}")
    return both(f"story.{what}")[lang]


def _of_event(watched: WatchedDay, kind: str, cause: int) -> dict[str, Any]:
    """Tell what became of a call or an offence, moment by moment."""
    calls, offences = watched.tables["calls"], watched.tables["offences"]
    mine = {"call": calls[calls["cause"] == cause], "offence": offences[offences["cause"] == cause]}
    if not len(mine[kind]):
        return _still_open(watched, kind, cause)
    lines: Lines = []
    facts: list[dict[str, Any]] = []
    for _, one in mine["offence"].iterrows():
        lines += _moment(watched, float(one["t"]), {lang: _line("offence", one, lang) for lang in LANGUAGES})
        facts.append({"name": both("story.segment_name"), "value": int(one["segment"])})
    for _, one in mine["call"].iterrows():
        moments = ("t_event", "t_call", "t_sent", "t_out", "t_arrived", "t_closed")
        for name in moments[1 if len(mine["offence"]) else 0 :]:
            lines += _moment(watched, float(one[name]), both(f"story.{name}"))
        facts += [
            {"name": both("story.kind"), "value": _kind(str(one["kind"]))},
            {"name": both("story.priority"), "value": int(one["priority"])},
            {"name": both("story.units"), "value": int(one["n_units"])},
            {"name": both("story.segment_name"), "value": int(one["segment"])},
        ]
    lines.sort(key=lambda line: line["minute"])
    first = mine[kind].iloc[0]
    named = _kind(str(first["kind" if kind == "call" else "type"]))
    return {"title": both(f"story.title_{kind}", kind=named), "lines": lines, "facts": facts, "day": watched.day}


def _still_open(watched: WatchedDay, kind: str, cause: int) -> dict[str, Any]:
    """Tell of a call that had not ended by the time up to which the day was seen."""
    calls = watched.world.state.calls
    rows = calls[(calls["cause"] == cause) & (calls["state"] > 0)]
    if kind != "call" or not len(rows):
        raise InputError(f"there is no {kind} {cause} on day {watched.day} of this run")
    begun = _moment(watched, float(rows[0]["t_call"]), both("story.t_call"))
    lines = [*begun, {"minute": None, "clock": "", "text": both("story.open")}]
    return {"title": both("story.title_open"), "lines": lines, "facts": [], "day": watched.day}


def _moment(watched: WatchedDay, minute: float, words: Both) -> Lines:
    if not isfinite(minute):
        return []
    return [{"minute": minute, "clock": clock(minute - watched.begin), "text": words}]


def _kind(kind: str) -> Both:
    return {lang: text(lang, f"kind.{kind}") for lang in LANGUAGES}


def _today(watched: WatchedDay, table: str, column: str) -> pd.DataFrame:
    rows = watched.tables[table]
    since = rows[column] - watched.begin
    return rows[(since >= 0.0) & (since < DAY_MIN)]
