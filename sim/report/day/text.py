"""A diary in words: sentences for what happened, a table of the day, and where it comes from."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby
from math import isfinite
from pathlib import Path
from typing import NamedTuple

import numpy as np

from sim.agents.tables import ROLES
from sim.batch.study.identity import model_version
from sim.city.streets import StreetNetwork
from sim.disk import make_folder, write_whole
from sim.ledger.provenance import describe_run
from sim.policies.contract.registry import policy_identity
from sim.report.captions import scenario_residents
from sim.report.day.diary import OFFICER, Diary, Event, spent
from sim.report.day.watch import WatchedDay
from sim.report.names import scenario_name, strategy_name
from sim.report.page import Page, Table
from sim.report.series import WEEKDAYS
from sim.report.texts import Lang, text

MOST_ENTRIES = 24
"""What a picture has room for; of more, events of the same kind are told together."""
LEAST_MOOD = 0.0005
"""A change of mood that is smaller shows in no digit."""
COLUMNS = (
    "begins", "ends", "row", "what", "kind", "segment", "x_m", "y_m", "minutes", "wait_min", "priority", "mark",
    "number", "told",
)  # fmt: skip


class Entry(NamedTuple):
    """Hold one line of a diary: an event, or several of a kind one after the other."""

    events: tuple[Event, ...]
    words: str

    @property
    def t(self) -> float:
        """Give the time of the first one."""
        return self.events[0].t


def clock(minute: float) -> str:
    """Write minutes after midnight as a clock does; a day ends at 24:00."""
    whole = round(minute)
    return f"{whole // 60:02d}:{whole % 60:02d}"


def long_time(minutes: float, lang: Lang) -> str:
    """Write a length of time."""
    if not isfinite(minutes):
        return text(lang, "went.unknown")
    hours, rest = divmod(round(minutes), 60)
    return text(lang, "day.hours").format(h=hours, m=rest) if hours else text(lang, "day.minutes").format(m=rest)


def tell(event: Event, lang: Lang) -> str:
    """Say in a sentence what happened."""
    return text(lang, f"happened.{event.what}").format(
        kind=text(lang, f"kind.{event.kind}") if event.kind else "",
        priority=event.priority,
        wait=long_time(event.wait_min, lang),
        minutes=long_time(event.minutes, lang),
        mark=text(lang, f"went.{event.mark}") if event.mark else "",
    )


def entries_of(diary: Diary, lang: Lang, *, most: int = MOST_ENTRIES) -> list[Entry]:
    """Tell the events one by one; where there are too many, those of a kind that follow each other as one.

    Parameters
    ----------
    most
        lines that there is room for; if they are still too many, all of the commonest kinds are told as one each
    """
    if len(diary.events) <= most:
        return [Entry((event,), tell(event, lang)) for event in diary.events]
    groups = [tuple(run) for _, run in groupby(diary.events, key=lambda event: event.what)]
    while len(groups) > most:
        common = Counter(group[0].what for group in groups).most_common(1)[0]
        if common[1] == 1:
            break
        together = tuple(event for group in groups if group[0].what == common[0] for event in group)
        others = [group for group in groups if group[0].what != common[0]]
        groups = sorted([*others, together], key=lambda group: group[0].t)
    return [Entry(group, _tell_all(group, lang)) for group in groups]


def _tell_all(group: Sequence[Event], lang: Lang) -> str:
    if len(group) == 1:
        return tell(group[0], lang)
    briefly = text(lang, f"briefly.{group[0].what}")
    return text(lang, "day.several").format(n=len(group), what=briefly, until=clock(group[-1].t))


def doing(what: str, lang: Lang) -> str:
    """Name an activity or a place to be at."""
    return text(lang, f"doing.{what}")


def title_of(watched: WatchedDay, diary: Diary, lang: Lang) -> str:
    """Say whose day it is, and which day."""
    date = watched.scenario.clock.date_of(watched.day)
    role = ROLES[int(diary.facts["role"])] if diary.who == OFFICER else ""
    who = text(lang, f"day.role_{role}" if role else "day.a_resident")
    weekday = text(lang, f"days.{WEEKDAYS[date.weekday()]}")
    return text(lang, "day.title").format(who=who, weekday=weekday, date=date.isoformat())


def person_of(diary: Diary, lang: Lang) -> str:
    """Say who it is, as far as the model knows."""
    facts = diary.facts
    if diary.who == OFFICER:
        return text(lang, "day.officer_person").format(
            role=text(lang, f"day.role_{ROLES[int(facts['role'])]}"), number=diary.row, begin=clock(diary.begin),
            end=clock(diary.end),
        )  # fmt: skip
    return text(lang, "day.resident_person").format(
        who=text(lang, "day.man" if facts["male"] else "day.woman"), age=facts["age"],
        tenure=text(lang, f"day.tenure_{facts['tenure']}"), days=text(lang, f"day.days_{facts['days']}"),
    )  # fmt: skip


def about_line(watched: WatchedDay, diary: Diary, lang: Lang) -> str:
    """Say where, under which strategy, and who."""
    return text(lang, "day.about").format(
        scenario=scenario_name(watched.scenario.name, lang), policy=strategy_name(watched.policy.name, lang),
        person=person_of(diary, lang),
    )  # fmt: skip


def spent_line(diary: Diary, lang: Lang) -> str:
    """Say how the time was spent, the most first."""
    parts = [
        text(lang, "day.spent").format(what=doing(what, lang), time=long_time(minutes, lang))
        for what, minutes in spent(diary).items()
    ]
    return text(lang, "day.comma").join(parts)


def felt_line(diary: Diary, lang: Lang) -> str:
    """Say what a resident felt before and after the day; '' for staff."""
    if not diary.felt:
        return ""
    said = {
        name: text(lang, "day.from_to").format(before=f"{100 * before:.1f}", after=f"{100 * after:.1f}")
        for name, (before, after, _) in diary.felt.items()
    }
    moods = {name: f"{100 * mood:+.1f}".replace("-", "−") for name, (_, _, mood) in diary.felt.items()}
    has_moved = any(abs(mood) > LEAST_MOOD for _, _, mood in diary.felt.values())
    return text(lang, "day.felt").format(**said) + (text(lang, "day.mood").format(**moods) if has_moved else "")


def run_line(watched: WatchedDay, lang: Lang) -> str:
    """Say of which run it is a day."""
    return text(lang, "day.run").format(
        scenario=scenario_name(watched.scenario.name, lang), policy=strategy_name(watched.policy.name, lang),
        seed=watched.seed, day=watched.day, people=scenario_residents(watched.scenario, lang), model=model_version(),
    )  # fmt: skip


def notes_of(watched: WatchedDay, lang: Lang) -> list[str]:
    """Give the sentences without which the picture of a day would be misread."""
    notes = [text(lang, "day.note_looks").format(minutes=watched.looks.tick_min), text(lang, "day.note_lot")]
    if "posts" in watched.policy.name:
        notes.append(text(lang, "day.note_posts"))
    return notes


def describe_day(watched: WatchedDay, diaries: Sequence[Diary], lang: Lang) -> Page:
    """Make a page of both diaries for the terminal."""
    page: list[str | Table] = []
    for diary in diaries:
        page += [title_of(watched, diary, lang), about_line(watched, diary, lang), spent_line(diary, lang)]
        page += [line for line in (felt_line(diary, lang),) if line]
        entries = entries_of(diary, lang)
        if entries:
            rows = [[clock(entry.t), entry.words] for entry in entries]
            heads = [text(lang, "day.time_head"), text(lang, "day.what_head")]
            page.append(Table(text(lang, "day.the_hours"), heads, rows))
        else:
            page.append(nothing_line(diary, lang))
    return [*page, *notes_of(watched, lang)[1:], run_line(watched, lang)]


def nothing_line(diary: Diary, lang: Lang) -> str:
    """Say that nothing happened."""
    return text(lang, "day.nothing_officer" if diary.who == OFFICER else "day.nothing")


def write_day(watched: WatchedDay, diaries: Sequence[Diary], out: Path, lang: Lang) -> list[Path]:
    """Write the table of each diary, and where they come from.

    Returns
    -------
    files
        `officer.csv` and `resident.csv`, and `day.json` with all that determines them
    """
    make_folder(out)
    files = []
    for diary in diaries:
        buffer = io.StringIO()
        table = csv.writer(buffer, lineterminator="\n")
        table.writerow(COLUMNS)
        table.writerows(_rows(watched.world.city.streets, diary, lang))
        files.append(_write(out / f"{diary.who}.csv", buffer.getvalue()))
    inputs = describe_run(watched.scenario, policy_identity(watched.policy), watched.seed, watched.world.city)
    about = {name: value for name, value in inputs.items() if name != "made_with"} | {
        "format": "community-policing-sim day",
        "model": model_version(),
        "day": watched.day,
        "date": watched.scenario.clock.date_of(watched.day).isoformat(),
        "looked_at_every_min": watched.looks.tick_min,
        "people": {diary.who: {"row": diary.row, **diary.facts} for diary in diaries},
        "felt": {diary.who: diary.felt for diary in diaries if diary.felt},
    }
    files.append(_write(out / "day.json", json.dumps(about, ensure_ascii=False, indent=1) + "\n"))
    return files


def _rows(net: StreetNetwork, diary: Diary, lang: Lang) -> Iterator[list[str]]:
    """Give stays and events in order of time; `number` is that of the entry in the picture."""
    numbered = {id(event): number for number, entry in enumerate(entries_of(diary, lang), 1) for event in entry.events}
    stays = [
        (stay.begin, [clock(stay.begin), clock(stay.end), "doing", stay.what, "", *_place(net, stay.segment),
                      f"{stay.end - stay.begin:g}", "", "", "", "", doing(stay.what, lang)])
        for stay in diary.stays
    ]  # fmt: skip
    events = [
        (event.t, [clock(event.t), "", "event", event.what, event.kind, *_place(net, event.segment),
                   _known(event.minutes), _known(event.wait_min), str(event.priority or ""), event.mark,
                   str(numbered[id(event)]), tell(event, lang)])
        for event in diary.events
    ]  # fmt: skip
    for _, row in sorted(stays + events, key=lambda one: one[0]):
        yield row


def _place(net: StreetNetwork, segment: int) -> list[str]:
    if segment < 0:
        return ["", "", ""]
    return [str(segment), f"{net.midpoint_x[segment]:.1f}", f"{net.midpoint_y[segment]:.1f}"]


def _known(value: float) -> str:
    return f"{value:.1f}" if np.isfinite(value) else ""


def _write(file: Path, content: str) -> Path:
    write_whole(file, lambda target: target.write(content.encode()))
    return file
