"""What was read of a force, in plain words: part by part, with every row accounted for."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from math import isnan
from typing import NamedTuple

import pandas as pd

from sim.force.account import Account, Note
from sim.force.rates import describe_calls, describe_incidents
from sim.force.reading import ForceData
from sim.force.scenario import Settled
from sim.force.words import say, say_note
from sim.report.sentences import in_language
from sim.report.texts import Lang

STAGES = ("to_assigned", "to_arrived", "wait", "at_scene")


def check_lines(data: ForceData, settled: Settled, lang: Lang) -> Iterator[str]:
    """Say what was read, what is missing and what looks wrong, and what the records say."""
    for account in data.accounts:
        yield from account_lines(account, lang)
        if account.part == "streets" and data.repairs is not None:
            yield from (f"  {line}" for line in data.repairs.sentences(lang))
        yield ""
    if data.calls is not None and len(data.calls.table):
        yield say(lang, "told.calls_say", days=data.calls.days)
        yield from rate_lines(describe_calls(data.calls, settled.residents, data.net.n_segments), lang)
        yield ""
    if data.incidents is not None and len(data.incidents.table):
        yield say(lang, "told.incidents_say", days=data.incidents.days)
        told = describe_incidents(data.incidents, settled.residents, data.net.n_segments)
        yield from rate_lines(told, lang)
        yield ""
    yield from settled.remarks
    own = [f"{one.name} = {one.value}" for one in settled.settings]
    yield say(lang, "told.into", names=own)
    yield say(lang, "told.by_default", parts=list(settled.defaults))
    if data.refused:
        yield say(lang, "told.refused", n=len(data.refused), parts=[f"parts.{part}" for part in data.refused])


def account_lines(account: Account, lang: Lang) -> Iterator[str]:
    """Say what became of one file."""
    part = f"parts.{account.part}"
    if not account.source:
        yield say(lang, "told.part_missing", part=part)
    else:
        yield say(lang, "told.part", part=part, file=account.source)
        lost = {reason: n for reason, n in account.left_out.items() if n}
        if account.rows:
            key = "told.rows_lost" if lost else "told.rows"
            yield "  " + say(lang, key, rows=account.rows, used=account.used, lost=lost)
        if account.placed:
            yield "  " + say(lang, "told.placed", placed=account.placed)
    for kind in ("read", "default", "wrong"):
        for note in account.notes:
            if note.kind == kind:
                words = _said(note, lang)
                yield "  " + (words if kind == "read" else say(lang, f"told.{kind}", note=words))


def _said(note: Note, lang: Lang) -> str:
    """Say a note; the sentence that refuses a file was made deep in the program."""
    if note.key != "refused":
        return say_note(note, lang)
    return say(lang, "notes.refused", why=in_language(str(note.values["why"]), lang))


def account_json(data: ForceData, lang: Lang) -> str:
    """Write all accounts for programs: counts by reason, and what was told."""
    accounts = []
    for account in data.accounts:
        notes = [{"kind": note.kind, "key": note.key, "says": _said(note, lang)} for note in account.notes]
        accounts.append(asdict(account) | {"notes": notes})
    repairs = None if data.repairs is None else data.repairs.account()
    return json.dumps(
        {"name": data.net.name, "streets": repairs, "parts": accounts}, ensure_ascii=False, indent=1, default=str
    )


class _Row(NamedTuple):
    group: str
    about: str
    value: float
    n: int


def rate_lines(told: pd.DataFrame, lang: Lang) -> Iterator[str]:
    """Say the rates that matter most; the table has all of them."""
    rows = {
        str(measure): [
            _Row(str(row.group), _interval(row, lang), float(row.value), int(row.n)) for row in one.itertuples()
        ]
        for measure, one in told.groupby("measure", sort=False)
    }  # fmt: skip
    for row in rows.get("per_day", []):
        yield "  " + say(lang, "told.per_day", about=row.about)
    for measure, key in (("hour", "told.peak"), ("weekday", "told.weekdays")):
        if measure in rows:
            most, least = (choose(rows[measure], key=lambda row: row.value) for choose in (max, min))
            names = [one.group if measure == "hour" else say(lang, f"told.day_{one.group}") for one in (most, least)]
            yield "  " + say(
                lang, key, most=names[0], most_about=most.about, least=names[1], least_about=least.about
            )  # fmt: skip
    for row in rows.get("other_calls", []):
        yield "  " + say(lang, "told.other_calls", about=row.about, n=row.n)
    for measure, group, key in (("per_1000", "kind", "told.per_1000"), ("share_kind", "what", "told.share")):
        for row in rows.get(measure, []):
            yield "  " + say(lang, key, about=row.about, n=row.n, **{group: f"kinds.{row.group}"})
    for row in rows.get("share_priority", []):
        yield "  " + say(lang, "told.priority", level=row.group, about=row.about)
    for stage in STAGES:
        medians, nines = rows.get(f"{stage}_median", []), rows.get(f"{stage}_p90", [])
        for median, nine in zip(medians, nines, strict=True):
            group = say(lang, "told.of_priority", level=median.group) if median.group else ""
            yield "  " + say(
                lang, "told.times", stage=f"rates.{stage}", group=group, median=median.about, p90=nine.about, n=median.n
            )  # fmt: skip
    for row in rows.get("busiest", []):
        yield "  " + say(lang, "told.busiest", share=row.group, about=row.about)


def _interval(row: object, lang: Lang) -> str:
    value, low, high = (float(getattr(row, name)) for name in ("value", "low", "high"))
    if isnan(low) or isnan(high):
        return f"{value:,.3g}" if abs(value) < 1000 else f"{value:,.0f}"
    digits = 0 if high - low >= 20 else 1 if high - low >= 1 else 2
    shown = {name: f"{number:,.{digits}f}" for name, number in (("value", value), ("low", low), ("high", high))}
    return say(lang, "told.interval", **shown)
