"""What strategies do to the feelings of groups, and of those whom they reached against all others.

Runs of one seed have the same residents, so the same persons are looked at under both strategies: those with whom
police sought contact more often, those in whose street police were more, and all others; and by age and by tenure.
Calls are no contact that police sought. They come by chance and to people who have just been harmed, so to count them
would tell what it means to become a victim (measured once: 7 points of satisfaction), not what the strategy does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.agents.account import age_bands, tenures
from sim.agents.feeling_words import AGE_BANDS, TENURES
from sim.agents.tables import BY_RESPONSE, BY_WALK_IN, CONTACTS
from sim.outcomes.columns import read_codes
from sim.outcomes.feelings import SHARES, adults, share_who_agree
from sim.statistics.estimates import mean_estimate

Tables = Mapping[str, pd.DataFrame]
Bools = NDArray[np.bool_]

READ = {
    "people": ("resident", "key", "home", "age", "renting", "migrant"),
    "feelings": ("resident", "key", "present", *SHARES),
    "contacts": ("resident", "resident_key", "kind", "met"),
    "segments": ("segment", "police_min"),
    "days": ("day",),
}
"""What is read of the ledger of a run, by table."""
CONTACT, STREET, OTHERS = REACHED = ("contact", "street", "others")
"""With whom police sought contact more often; with whom not, but who live where police were more; and all others."""
MORE_MIN_A_DAY = 10.0
"""Officer-minutes a day in sight of a street, more than under the baseline, from which on people there are reached."""
KINDS = {"reached": REACHED, "age": AGE_BANDS, "tenure": TENURES}
COLUMNS = (
    "policy", "by", "group", "feeling", "n", "share_pct", "baseline_pct", "policy_pct", "points", "points_low",
    "points_high", "sd", "sd_low", "sd_high", "n_pairs",
)  # fmt: skip


def compare_groups(pairs: Iterable[tuple[str, Tables, Tables]]) -> pd.DataFrame:
    """Tell how each strategy moved the feelings of groups of adults, the same persons under both strategies.

    Parameters
    ----------
    pairs
        strategy, tables of a run of the baseline and of the run of the strategy with the same seed, as `READ` names
        them

    Returns
    -------
    table
        `COLUMNS`, one row for each strategy, way to group, group and feeling; `n` adults and their `share_pct` of all
        are means over the pairs. Differences are taken seed by seed; a standard deviation is that between all adults
        under the baseline
    """
    pieces = [row for policy, usual, other in pairs for row in _one_pair(policy, usual, other)]
    if not pieces:
        return pd.DataFrame(columns=list(COLUMNS))
    each = pd.DataFrame(pieces)
    rows = []
    for (policy, by, group, feeling), of in each.groupby(["policy", "by", "group", "feeling"], sort=False):
        there = of[of["n"] > 0]
        means = [float(there[name].mean()) for name in ("baseline_pct", "policy_pct")]
        points, sd = (mean_estimate(there[name].to_numpy(np.float64)) for name in ("points", "sd"))
        n, share = float(of["n"].mean()), float(of["share_pct"].mean())
        rows.append((policy, by, group, feeling, n, share, *means, *points, *sd, len(there)))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _one_pair(policy: str, usual: Tables, other: Tables) -> Iterator[dict[str, object]]:
    """Measure every group in one pair of runs; in nobody's group all but the number is unknown."""
    people = usual["people"]
    grown = [adults(run["feelings"], run["people"]) for run in (usual, other)]
    same = _is_same(usual["feelings"], other["feelings"]) & grown[0] & grown[1]
    groups = {
        "reached": _who_was_reached(usual, other),
        "age": age_bands(people["age"].to_numpy()),
        "tenure": tenures(people["migrant"].to_numpy(), people["renting"].to_numpy()),
    }
    for feeling in SHARES:
        before, after = (run["feelings"][feeling].to_numpy(np.float64) for run in (usual, other))
        spread = float(before[same].std()) if same.any() else np.nan
        for by, group_of in groups.items():
            for number, name in enumerate(KINDS[by]):
                mine = same & (group_of == number)
                pct = [100.0 * share_who_agree(felt[mine]) for felt in (before, after)]
                apart = float((after[mine] - before[mine]).mean()) / spread if mine.any() and spread > 0 else np.nan
                yield {
                    "policy": policy, "by": by, "group": name, "feeling": feeling, "n": int(mine.sum()),
                    "share_pct": 100.0 * mine.sum() / max(int(same.sum()), 1), "baseline_pct": pct[0],
                    "policy_pct": pct[1], "points": pct[1] - pct[0], "sd": apart,
                }  # fmt: skip


def _is_same(usual: pd.DataFrame, other: pd.DataFrame) -> Bools:
    """Tell where the same person lives in both runs: a room may have another tenant."""
    return np.asarray(usual["key"].to_numpy() == other["key"].to_numpy())


def _who_was_reached(usual: Tables, other: Tables) -> NDArray[np.int64]:
    """Give for each resident the index into `REACHED`."""
    more = _n_contacts(other) > _n_contacts(usual)
    home = usual["people"]["home"].to_numpy(np.int64)
    gained = _police_min_a_day(other, home) - _police_min_a_day(usual, home)
    street = np.where(gained >= MORE_MIN_A_DAY, REACHED.index(STREET), REACHED.index(OTHERS))
    return np.where(more, REACHED.index(CONTACT), street)


def _n_contacts(run: Tables) -> NDArray[np.int64]:
    """Count for each resident the contacts that police sought and in which an officer was met, or a civilian for them.

    Those of former tenants are not theirs.
    """
    key = run["feelings"]["key"].to_numpy()
    contacts = run["contacts"]
    resident = contacts["resident"].to_numpy(np.int64)
    in_city = (resident >= 0) & (resident < len(key))
    sought = ~np.isin(read_codes(contacts["kind"], CONTACTS), (BY_RESPONSE, BY_WALK_IN))
    own = in_city & sought & (contacts["met"].to_numpy() == 1)
    own[own] = contacts["resident_key"].to_numpy()[own] == key[resident[own]]
    return np.bincount(resident[own], minlength=len(key))


def _police_min_a_day(run: Tables, home: NDArray[np.int64]) -> NDArray[np.float64]:
    """Give the officer-minutes a day in sight of each resident's street; none beyond the border."""
    panel = run["segments"]
    n_days = max(len(run["days"]), 1)
    minutes = np.bincount(panel["segment"], panel["police_min"].to_numpy(np.float64), max(int(home.max()), 0) + 1)
    return np.where(home >= 0, minutes[home] / n_days, 0.0)
