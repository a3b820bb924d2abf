"""What the ledgers of a study tell: who pays by group, and where offences happen."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from sim.batch.running.runs import read_streets_of
from sim.batch.store.reuse import LEDGERS
from sim.clock import DAY_MIN
from sim.errors import InputError
from sim.ledger.manifest import MANIFEST
from sim.ledger.run_folder import read_manifest, read_table
from sim.outcomes.burden import TABLES, Tables, tabulate_burden
from sim.outcomes.concentration import count_incidents
from sim.report.maps import OFFENCES, YEAR_DAYS, Panel, draw_street_maps
from sim.report.names import place_name
from sim.report.study.place import Place
from sim.report.texts import Lang, text

GROUPS = {"migrant": "migrant", "income": "low"}
"""Groupings of a report, and the group of each that stands for it: the other says the same the other way round."""


def find_ledgers(place: Place, store: Path) -> dict[str, list[Path]]:
    """List the whole run folders of each strategy, of the seeds for which every strategy has one.

    Of a design only the first point is taken.

    Raises
    ------
    InputError
        If a folder holds another run than the store names.
    """
    first = place.every_run[place.every_run["point"] == place.every_run["point"].min()]
    kept: dict[tuple[str, int], Path] = {}
    for run in first.itertuples():
        folder = store / LEDGERS / str(run.run)
        if not (folder / MANIFEST).is_file():
            continue
        manifest = read_manifest(folder)
        if manifest["status"] != "complete":
            continue
        if manifest["digest"] != run.digest:
            raise InputError(f"{folder} holds another run than the store names: remove it and run the sweep again")
        kept[str(run.policy), int(run.seed)] = folder
    policies = place.policies
    seeds = sorted({seed for _, seed in kept if all((policy, seed) in kept for policy in policies)})
    return {policy: [kept[policy, seed] for seed in seeds] for policy in policies} if seeds else {}


def tabulate_disparity(ledgers: dict[str, list[Path]]) -> pd.DataFrame:
    """Give the burden of each group under each strategy: `policy`, then the columns of `tabulate_burden`."""
    tables = [
        tabulate_burden(_read_runs(folders), by=by).assign(policy=policy)
        for policy, folders in ledgers.items()
        for by in GROUPS
    ]
    ratios = pd.concat(tables, ignore_index=True)
    return ratios[["policy", *(name for name in ratios.columns if name != "policy")]]


def tabulate_map(place: Place, ledgers: dict[str, list[Path]]) -> pd.DataFrame:
    """Give offences a year on each segment under the baseline and the option shown, means over runs."""
    columns = {policy: _offences(ledgers[policy], place.study.warm_up) for policy in (place.baseline, place.shown)}
    table = pd.DataFrame(columns)
    table.index.name = "segment"
    return table


def draw_map(place: Place, ledgers: dict[str, list[Path]], *, lang: Lang = "en") -> Figure:
    """Draw the streets under the baseline and under the option shown, with the same classes."""
    net = read_streets_of(ledgers[place.baseline][0])
    table = tabulate_map(place, ledgers)
    panels = [Panel(str(name), table[name].to_numpy(np.float64), OFFENCES) for name in table.columns]
    note = text(lang, "study.map_note").format(n=len(ledgers[place.baseline]))
    title = f"{text(lang, 'map.offences_title')}  ·  {place_name(net.name, lang)}"
    return draw_street_maps(net, panels, title=title, marked=np.zeros(net.n_segments, bool), note=note, lang=lang)


def _read_runs(folders: list[Path]) -> Iterator[Tables]:
    """Read one run after the other: many are larger than memory."""
    for folder in folders:
        yield {table: read_table(folder, table) for table in TABLES}


def _offences(folders: list[Path], warm_up: int) -> np.ndarray:
    n_segments = read_streets_of(folders[0]).n_segments
    total = np.zeros(n_segments)
    for folder in folders:
        offences = read_table(folder, "offences")
        n_days = int(read_table(folder, "days", columns=["day"])["day"].max()) + 1 - warm_up
        kept = offences[offences["t"] >= warm_up * DAY_MIN]
        total += count_incidents(kept["segment"].to_numpy(), n_segments) * YEAR_DAYS / n_days
    return total / len(folders)
