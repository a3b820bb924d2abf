"""What changed between two runs that differ in policy alone: offence by offence, with totals that add up.

With common draws an offence carries the same cause in both runs, so the two lists can be joined. The first run
(`a`) is the baseline. Every offence of either run falls into one class:

- **unchanged**: the same cause, segment and type, within an hour.
- **moved**, displaced in space: the same cause on another segment, whenever.
- **delayed** or **advanced**, displaced in time: the same cause, segment and type more than an hour later or earlier.
- **switched**, displaced in type: the same cause with another type. A search fixes its type before any officer is
  met, so in this model a type never changes within a cause; the rule is there for other ledgers. A cause that
  changes type and segment counts here, once, so that the classes exclude each other.
- A cause of `a` alone is lost, one of `b` alone is gained. A lost and a gained offence of the same offender (of the
  same dispute, for blows between its parties) at most `window_days` apart are taken for one that changed: of the
  same type **delayed** or **advanced**, displaced in time; of another type **switched**. Pairs are made nearest
  in time first, since a substitute that comes sooner is the likelier one; each offence is used once, or totals
  would not add up; ties go by cause, so that no result depends on the order of rows.
- What stays alone is **prevented** (in `a`) or **caused** (in `b`).

So `n_a` = unchanged + moved + delayed + advanced + switched + prevented, `n_b` is the same sum with caused instead
of prevented, and the net effect is prevented - caused.

What this can mean, and what it cannot. It is bookkeeping of two simulated worlds, not a finding about anybody's
intentions.

- That an offence moved or was put off is certain, since its cause is the same. Why is not: where police turned the
  offender away in one run and not in the other, `turned` says so; the others moved because an earlier change (a boost
  that never arose, a success elsewhere) made the same draw fall on another segment.
- That a lost and a gained offence are one displaced is a convention, and the window decides how many are: look at
  `sim.outcomes.changes_pairs.vary_window`, which also counts the pairs that the rule makes where no displacement can
  be. An offender of this model who is turned away may take up the same search later, which keeps its cause and
  needs no pair; searches begin at times that nothing can shift, so expect no more pairs than by chance.
- Prevented includes all that follows from a policy: searches in custody, offenders grown wary, boosts that never
  arose because an earlier offence did not happen. Caused includes the reverse.
- An offender is a row of the table of offenders: in a room of the floating population the next tenant has the same.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.city.streets import StreetNetwork
from sim.clock import DAY_MIN
from sim.errors import InputError
from sim.outcomes.columns import read_codes
from sim.outcomes.distances import measure_distances
from sim.params import CRIMES

Ints = NDArray[np.int64]

CLASSES = ("unchanged", "moved", "delayed", "advanced", "switched", "prevented", "caused")
WINDOW_DAYS = 14.0
"""about as long as a boost and the freshness of a success last, so that a pair may still be one impulse"""
SAME_OUTING_MIN = 60.0
"""who goes on to another target, or looks one over for longer, is still out for the same; put off is later than that"""
NEEDED = ("cause", "t", "type", "segment", "offender", "dispute", "n_turned")
NOWHERE = -1


def list_changes(
    a: pd.DataFrame, b: pd.DataFrame, *, net: StreetNetwork | None = None, window_days: float = WINDOW_DAYS
) -> pd.DataFrame:
    """List every offence of two runs once, with its class and how far it went.

    Parameters
    ----------
    a, b
        the ledger tables of offences: baseline, and the run to compare with it
    net
        the streets; without them distances are not known, and no segments are next door
    window_days
        longest time between a lost and a gained offence that are taken for one

    Returns
    -------
    changes
        in order of time: `class`, `offender`, `dispute`, then `cause`, `t`, `type`, `segment` of either run
        (`_a`, `_b`; missing, and segment -1, where it has none), `days` (later in b), `metres` along the streets,
        `next_door` (the segments share a junction) and `turned` (police turned the offender away from
        more targets in one run than in the other)

    Raises
    ------
    InputError
        If a column is missing, a cause occurs twice in a table, or the window is below zero.
    """
    if not window_days >= 0:
        raise InputError(f"the window must be 0 days or more, got {window_days}")
    first, second = _read(a, "first"), _read(b, "second")
    at_a, at_b = _pair_rows(first, second, window_days)
    rows = first.reindex(at_a).add_suffix("_a").reset_index(drop=True)
    rows = rows.join(second.reindex(at_b).add_suffix("_b").reset_index(drop=True))
    for name in ("offender", "dispute"):
        rows[name] = rows[f"{name}_a"].fillna(rows[f"{name}_b"])
    rows[["segment_a", "segment_b"]] = rows[["segment_a", "segment_b"]].fillna(NOWHERE)
    rows = rows.astype({"offender": np.int64, "dispute": np.uint64, "segment_a": np.int64, "segment_b": np.int64})
    rows["days"] = (rows["t_b"] - rows["t_a"]) / DAY_MIN
    rows["class"] = pd.Categorical.from_codes(_classify(rows), list(CLASSES))
    rows["metres"], rows["next_door"] = _measure_moves(rows, net)
    rows["turned"] = (rows["n_turned_a"] != rows["n_turned_b"]).fillna(value=False).astype(bool)
    when = np.where(at_a >= 0, rows["t_a"], rows["t_b"])
    order = np.lexsort([*(rows[name].fillna(0).to_numpy(np.uint64) for name in ("cause_b", "cause_a")), when])
    sides = [f"{name}_{side}" for name in ("cause", "t", "type", "segment") for side in "ab"]
    columns = ["class", "offender", "dispute", *sides, "days", "metres", "next_door", "turned"]
    return rows.loc[order, columns].reset_index(drop=True)


def match_nearest(lost: pd.DataFrame, gained: pd.DataFrame, window_days: float) -> Ints:
    """Match lost and gained offences of the same offender or dispute, nearest in time first, each once.

    Pairs within a shorter window are among those within a longer one.

    Returns
    -------
    pairs
        (n, 2) index labels of `lost` and of `gained`
    """
    keys = ["offender", "dispute"]
    pairs = _list_actors(lost).merge(_list_actors(gained), on=keys, suffixes=("_a", "_b"))
    pairs["apart"] = (pairs["t_b"] - pairs["t_a"]).abs()
    pairs = pairs[pairs["apart"] <= window_days * DAY_MIN].sort_values(["apart", "cause_a", "cause_b"])
    used_a: set[int] = set()
    used_b: set[int] = set()
    matched = []
    for one, other in pairs[["row_a", "row_b"]].to_numpy(np.int64).tolist():
        if one not in used_a and other not in used_b:
            used_a.add(one)
            used_b.add(other)
            matched.append((one, other))
    return np.array(matched, np.int64).reshape(-1, 2)


def _list_actors(offences: pd.DataFrame) -> pd.DataFrame:
    """List offences that have an actor: the dispute, whoever of its parties struck, or else the offender."""
    in_dispute = offences["dispute"] > 0
    actors = offences.assign(row=offences.index, offender=offences["offender"].mask(in_dispute, NOWHERE))
    return actors.loc[in_dispute | (offences["offender"] >= 0), ["row", "cause", "t", "offender", "dispute"]]


def count_changes(changes: pd.DataFrame) -> pd.DataFrame:
    """Count the classes for all offences and by type.

    Returns
    -------
    counts
        indexed by `type` ('all', then the crime types): `n_a`, `n_b`, the classes, `net` (prevented - caused), and
        of the moved how many went next door (`moved_next_door`), how many were turned away in one of the runs
        (`moved_turned`) and how far they went (`moved_m`, median). Switched offences are counted by the type
        that they had in `switched_from` and by the one that they took in `switched_to`.
    """
    return pd.DataFrame.from_dict(
        {name: _count(changes, name) for name in ("all", *CRIMES)}, orient="index"
    ).rename_axis("type")


def _count(changes: pd.DataFrame, name: str) -> dict[str, float]:
    in_a, in_b = changes["cause_a"].notna(), changes["cause_b"].notna()
    if name != "all":
        in_a, in_b = changes["type_a"] == name, changes["type_b"] == name
    from_a, into_b = changes.loc[in_a, "class"].value_counts(), changes.loc[in_b, "class"].value_counts()
    moved = changes[in_a & (changes["class"] == "moved")]
    return {
        "n_a": int(in_a.sum()),
        "n_b": int(in_b.sum()),
        **{one: int(from_a[one]) for one in ("unchanged", "moved", "delayed", "advanced")},
        "switched_from": int(from_a["switched"]),
        "switched_to": int(into_b["switched"]),
        "prevented": int(from_a["prevented"]),
        "caused": int(into_b["caused"]),
        "net": int(from_a["prevented"] - into_b["caused"]),
        "moved_next_door": int(moved["next_door"].sum()),
        "moved_turned": int(moved["turned"].sum()),
        "moved_m": float(moved["metres"].median()),
    }


def _read(offences: pd.DataFrame, which: str) -> pd.DataFrame:
    """Take what is needed, in types that can say 'missing'."""
    missing = [name for name in NEEDED if name not in offences.columns]
    if missing:
        raise InputError(
            f"the {which} table of offences must have the columns {', '.join(NEEDED)}; it lacks {missing[0]}"
        )
    if offences["cause"].duplicated().any():
        raise InputError(f"the {which} table of offences must name each cause once, or two runs cannot be joined by it")
    kind = pd.Categorical.from_codes(read_codes(offences["type"], CRIMES), list(CRIMES))
    whole = {name: offences[name].to_numpy(np.int64) for name in ("segment", "offender", "n_turned")}
    keys = {name: offences[name].to_numpy(np.uint64) for name in ("cause", "dispute")}
    table = pd.DataFrame({"t": offences["t"].to_numpy(np.float64), "type": kind} | whole | keys)
    return table.astype(dict.fromkeys(whole, "Int64") | dict.fromkeys(keys, "UInt64"))


def _pair_rows(first: pd.DataFrame, second: pd.DataFrame, window_days: float) -> tuple[Ints, Ints]:
    """Give the row in either table of each offence, -1 where it has none."""
    cause_a, cause_b = (table["cause"].to_numpy(np.uint64) for table in (first, second))
    _, same_a, same_b = np.intersect1d(cause_a, cause_b, assume_unique=True, return_indices=True)
    lost, gained = first.drop(index=same_a), second.drop(index=same_b)
    matched = match_nearest(lost, gained, window_days)
    gone = lost.index.difference(matched[:, 0]).to_numpy(np.int64)
    new = gained.index.difference(matched[:, 1]).to_numpy(np.int64)
    at_a = np.concatenate([same_a, matched[:, 0], gone, np.full(len(new), NOWHERE)])
    at_b = np.concatenate([same_b, matched[:, 1], np.full(len(gone), NOWHERE), new])
    return at_a.astype(np.int64), at_b.astype(np.int64)


def _classify(rows: pd.DataFrame) -> Ints:
    """Give the number of the class of each row: the first that fits."""
    same_cause = (rows["cause_a"] == rows["cause_b"]).fillna(value=False).to_numpy(bool)
    same_place = (rows["segment_a"] == rows["segment_b"]).to_numpy(bool)
    days = rows["days"].to_numpy(np.float64)
    same_outing = np.abs(days) * DAY_MIN <= SAME_OUTING_MIN
    fits = {
        "prevented": rows["cause_b"].isna().to_numpy(bool),
        "caused": rows["cause_a"].isna().to_numpy(bool),
        "switched": rows["type_a"].cat.codes.to_numpy() != rows["type_b"].cat.codes.to_numpy(),
        "unchanged": same_cause & same_place & same_outing,
        "moved": same_cause & ~same_place,
        "advanced": days < 0,
    }
    numbers = [CLASSES.index(name) for name in fits]
    return np.asarray(np.select(list(fits.values()), numbers, CLASSES.index("delayed")), np.int64)


def _measure_moves(rows: pd.DataFrame, net: StreetNetwork | None) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Measure the way from the segment in a to that in b, and tell whether they share a junction."""
    a, b = rows["segment_a"].to_numpy(np.int64), rows["segment_b"].to_numpy(np.int64)
    metres = np.where((a == b) & (a >= 0), 0.0, np.nan)
    next_door = np.zeros(len(rows), bool)
    if net is None:
        return metres, next_door
    away = np.flatnonzero((a >= 0) & (b >= 0) & (a != b))
    metres[away] = measure_distances(net, a[away], b[away])
    ends = [(net.segment_from[side[away]], net.segment_to[side[away]]) for side in (a, b)]
    next_door[away] = np.any([one == other for one in ends[0] for other in ends[1]], axis=0)
    return metres, next_door
