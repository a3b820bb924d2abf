"""Whether a replay may be used: how near the deployment as it was comes to the arrivals that were recorded.

The thresholds are our judgement, and were written down before any record was held against them. They ask for waits that
are near enough for decisions about minutes, and for that to be shown, not merely not refuted: the 90 % interval of the
difference must lie within the margin (two one-sided tests at 5 %: Schuirmann 1987).
"""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

MAY, DIFFERENCES, NOT, CANNOT = "may", "differences", "not", "cannot"
"""May be used; only for differences between deployments; not to be used; cannot be held against arrivals."""
JUDGED = (50, 90)
"""Percentiles that are judged. The 10th is shown: it is of the size of a minute, in which stamps are often written."""
MARGIN_MIN = {50: 1.0, 90: 2.0}
MARGIN_SHARE = {50: 0.20, 90: 0.25}
"""The margin of a percentile is so many minutes, or so large a share of the recorded one, whichever is more."""
WIDER = 2.0
"""So many margins are allowed where a replay is used for differences alone."""
LEAST_ARRIVALS = 100
"""Recorded arrivals below which a record cannot be held against anything, and a priority is not judged."""
LEAST_OF_PART = 50
"""The same for an hour band or a beat."""
LEAST_DAYS = 7
"""Days below which the interval, which draws whole days anew, cannot be trusted."""
MOST_PARTS_OFF = 0.2
"""Share of hour bands and beats whose median may lie outside the margin."""
MOST_DRAWN = 0.2
"""Share of calls whose place may have been drawn since the record did not say it."""
MOST_PRESSED_LATE = 0.2
"""Share of arrivals that may stand at the very moment of the assignment or of the call."""


class Reason(NamedTuple):
    """Say why a verdict is as it is: a key of the words of a replay, and its values."""

    key: str
    values: dict[str, object]


class Verdict(NamedTuple):
    """Hold a verdict and its reasons."""

    word: str
    """one of `MAY`, `DIFFERENCES`, `NOT`, `CANNOT`"""
    reasons: tuple[Reason, ...]


def margin_of(percentile: int, recorded: float) -> float:
    """Give how many minutes a simulated percentile may lie from the recorded one."""
    return max(MARGIN_MIN[percentile], MARGIN_SHARE[percentile] * recorded)


def judge(held: pd.DataFrame, *, days: int, p_drawn: float, p_late: float) -> Verdict:
    """Judge a replay of the deployment as it was.

    Parameters
    ----------
    held
        the table of `sim.batch.replay.held.hold_against`
    days
        days that are compared
    p_drawn
        share of calls whose place was drawn
    p_late
        share of arrivals stamped at the moment of the assignment or of the call
    """
    waits = held[(held["quantity"] == "wait") & held["percentile"].isin(JUDGED)]
    whole = waits[waits["by"] == "all"]
    n = int(whole["n"].max()) if len(whole) else 0
    if n < LEAST_ARRIVALS:
        return Verdict(CANNOT, (Reason("too_few", {"n": n, "least": LEAST_ARRIVALS}),))
    priorities = waits[(waits["by"] == "priority") & (waits["n"] >= LEAST_ARRIVALS)]
    far = [row for rows in (whole, priorities) for row in rows.to_dict("records") if not _is_near(row, WIDER)]
    if far:
        return Verdict(NOT, tuple(_reason("far", row, WIDER) for row in far))
    reasons = [
        _reason("off" if not _is_near(row, 1.0) else "unsure", row, 1.0)
        for rows in (whole, priorities)
        for row in rows.to_dict("records")
        if not _is_shown(row)
    ]
    reasons += _parts_off(waits)
    if days < LEAST_DAYS:
        reasons.append(Reason("few_days", {"n": days, "least": LEAST_DAYS}))
    for key, share, most in (("drawn", p_drawn, MOST_DRAWN), ("late", p_late, MOST_PRESSED_LATE)):
        if share > most:
            reasons.append(Reason(key, {"pct": round(100 * share), "most": round(100 * most)}))
    return Verdict(DIFFERENCES, tuple(reasons)) if reasons else Verdict(MAY, (Reason("near", {"n": n}),))


def _is_near(row: dict[str, float], times: float) -> bool:
    """Tell whether a difference lies within so many margins; one that is not known or without end does not."""
    return bool(abs(row["difference"]) <= times * margin_of(int(row["percentile"]), row["recorded"]))


def _is_shown(row: dict[str, float]) -> bool:
    """Tell whether the whole interval of a difference lies within the margin."""
    margin = margin_of(int(row["percentile"]), row["recorded"])
    return bool(-margin <= row["low_90"] and row["high_90"] <= margin)


def _reason(key: str, row: dict[str, object], times: float) -> Reason:
    margin = times * margin_of(int(str(row["percentile"])), float(str(row["recorded"])))
    return Reason(
        key,
        {"margin": margin}
        | {name: row[name] for name in ("by", "group", "percentile", "recorded", "simulated", "low_90", "high_90")},
    )


def _parts_off(waits: pd.DataFrame) -> list[Reason]:
    """Say by hours and by beats that too many medians are off."""
    reasons = []
    for by in ("hour", "beat"):
        rows = waits[(waits["by"] == by) & (waits["percentile"] == 50) & (waits["n"] >= LEAST_OF_PART)]
        off = [str(row["group"]) for row in rows.to_dict("records") if not _is_near(row, 1.0)]
        if len(off) > MOST_PARTS_OFF * len(rows):
            reasons.append(Reason(f"{by}s_off", {"n": len(off), "of": len(rows), "which": off[:6]}))
    return reasons
