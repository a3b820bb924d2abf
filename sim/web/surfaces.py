"""Surfaces of an answer: a number by street, the mean over the runs of a side, as bytes."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from sim.errors import InputError
from sim.ledger.run_folder import read_table
from sim.web.answer import Told
from sim.web.binary import pack
from sim.web.force_of import MONTH_DAYS
from sim.web.words import both

KINDS = ("presence", "offences", "fear")
NOWHERE = float("nan")


def pack_surface(wanted: tuple[Told, str, str]) -> bytes:
    """Lay a surface out: head `{"kind", "side", "unit", "n", "n_runs"}`, then `f32[n]`, NaN where nobody lives.

    Parameters
    ----------
    wanted
        the answer, the kind and the side

    Raises
    ------
    InputError
        If there is no such surface, or no pair of runs yet.
    """
    told, kind, side = wanted
    if kind not in KINDS or side not in ("today", "instead"):
        raise InputError(f"a surface must be one of {', '.join(KINDS)} of a side, got {kind[:40]!r}")
    if not told.pairs:
        raise InputError("a surface needs a finished pair of runs, and there is none yet: ask the question")
    values = [_by_segment(str(pair.folder(side)), kind, told.from_day, told.scenarios[0].n_days) for pair in told.pairs]
    n = max(len(one) for one in values)
    mean = np.nanmean(np.stack([np.pad(one, (0, n - len(one))) for one in values]), axis=0)
    head = {"kind": kind, "side": side, "unit": both(f"surface.{kind}"), "n": n, "n_runs": len(values)}
    return pack(head, [mean.astype("<f4")])


@lru_cache(maxsize=1024)
def _by_segment(folder: str, kind: str, from_day: int, n_days: int) -> NDArray[np.float64]:
    """Count or average by segment: officer-minutes in sight a day, offences a month, mean fear of adults at the end."""
    panel = read_table(folder, "segments", columns=["day", "segment", "police_min"])
    n = int(panel["segment"].max()) + 1
    if kind == "presence":
        late = panel[panel["day"] >= from_day]
        minutes = np.bincount(late["segment"].to_numpy(), late["police_min"].to_numpy(np.float64), n)
        return np.asarray(minutes / max(n_days - from_day, 1), np.float64)
    if kind == "offences":
        offences = read_table(folder, "offences", columns=["t", "segment"])
        late = offences[offences["t"] >= from_day * 1440.0]
        number = np.bincount(late["segment"].to_numpy(), minlength=n)
        return np.asarray(number * MONTH_DAYS / max(n_days - from_day, 1), np.float64)
    felt = read_table(folder, "feelings", columns=["resident", "present", "security"])
    people = read_table(folder, "people", columns=["resident", "home", "age"])
    here = (felt["present"].to_numpy() > 0) & (people["home"].to_numpy() >= 0) & (people["age"].to_numpy() >= 18)
    home = people["home"].to_numpy()[here]
    number = np.bincount(home, minlength=n)
    fear = np.bincount(home, 1.0 - felt["security"].to_numpy(np.float64)[here], n)
    return np.where(number > 0, fear / np.maximum(number, 1), NOWHERE)
