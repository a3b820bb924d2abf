"""`cpsim changes`."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from sim.batch.running.runs import read_streets_of
from sim.errors import InputError
from sim.inputs.spelling import did_you_mean
from sim.ledger.provenance import changed_from
from sim.ledger.run_folder import read_manifest, read_table
from sim.outcomes.changes_pairs import find_changes
from sim.report.captions import residents_words
from sim.report.changes.map import draw_changes_map
from sim.report.changes.text import About, describe_changes, write_changes
from sim.report.names import scenario_name, strategy_name
from sim.report.style import save_figure

RUNS = "runs.csv"
"""What `cpsim compare` writes beside its runs: one row per run, the baseline first."""


class Pairs(NamedTuple):
    """Name the runs to compare, by seed: baseline and the other."""

    folders: dict[int, tuple[Path, Path]]
    policy: str
    baseline: str
    out: Path


def list_changes_of(given: argparse.Namespace) -> int:
    """List what changed between two runs, or between the runs of a comparison; print it, write it and map it."""
    pairs = find_pairs(given.folders, given.of)
    for a, b in pairs.folders.values():
        check_pair(a, b)
    first = next(iter(pairs.folders.values()))[0]
    net, scenario = read_streets_of(first), read_manifest(first)["inputs"]["scenario"]
    changes = {
        seed: find_changes(_read(a), _read(b), net, window_days=given.window, treated_share=given.treated)
        for seed, (a, b) in pairs.folders.items()
    }
    about = About(
        strategy_name(pairs.policy, given.lang), strategy_name(pairs.baseline, given.lang),
        scenario_name(scenario["name"], given.lang), residents_words(scenario, given.lang), scenario["n_days"],
        given.window, given.treated,
    )  # fmt: skip
    out = given.out or pairs.out
    files = write_changes(changes, out)
    figure = draw_changes_map(
        net, [one.by_segment for one in changes.values()], policy=about.policy, baseline=about.baseline,
        n_days=about.n_days, treated_share=given.treated, lang=given.lang,
    )  # fmt: skip
    files += save_figure(figure, out / "changes_map")
    print(describe_changes(changes, about, lang=given.lang))
    print(f"\n{', '.join(str(file) for file in files)}")
    return 0


def find_pairs(folders: list[Path], of: str | None) -> Pairs:
    """Find the runs to compare: two that are named, or every seed of a comparison.

    Raises
    ------
    InputError
        If the folders are neither two runs nor one comparison, or a comparison has no such strategy.
    """
    if len(folders) == 2:
        if of is not None:
            raise InputError("--of chooses a strategy of one comparison folder; leave it out where two runs are named")
        return _named_pair(*folders)
    if len(folders) == 1 and (folders[0] / RUNS).is_file():
        return _pairs_of_comparison(folders[0], of)
    listed = " ".join(str(folder) for folder in folders)
    raise InputError(
        f"give two run folders, the baseline first, or one folder that `cpsim compare` has written to its end "
        f"(with a {RUNS}), got {listed}"
    )


def check_pair(a: Path, b: Path) -> None:
    """Refuse runs that are not complete, or that differ in more than policy.

    Raises
    ------
    InputError
        If a run is not complete, or scenario, seed, streets or version of the package differ.
    """
    inputs = [_complete_inputs(folder) for folder in (a, b)]
    apart = sorted(changed_from(inputs[0], inputs[1]) | changed_from(inputs[1], inputs[0]))
    if apart:
        values = [_look_up(one, apart[0]) for one in inputs]
        raise InputError(
            f"two runs must differ in policy alone, and {apart[0]} is {values[0]!r} in {a} and {values[1]!r} in {b}; "
            "make both of one scenario, seed and version"
        )


def _named_pair(a: Path, b: Path) -> Pairs:
    inputs = [read_manifest(folder)["inputs"] for folder in (a, b)]
    names = [one["policy"]["name"] for one in inputs]
    if names[0] == names[1]:
        names = [a.name, b.name]
    return Pairs({int(inputs[0]["seed"]): (a, b)}, names[1], names[0], b / f"changes-from-{a.resolve().name}")


def _pairs_of_comparison(folder: Path, of: str | None) -> Pairs:
    runs = pd.read_csv(folder / RUNS, dtype={"policy": str, "folder": str})
    baseline, *others = runs["policy"].unique().tolist()
    chosen = str(others[0] if of is None and len(others) == 1 else of)
    if chosen not in others:
        raise InputError(
            f"--of must be one of {', '.join(others) or 'no strategy: there is only one'}, got {of!r}"
            + did_you_mean(of or "", others)
        )
    by_seed = {policy: rows.set_index("seed")["folder"] for policy, rows in runs.groupby("policy")}
    seeds = [seed for seed in by_seed[baseline].index if seed in by_seed[chosen].index]
    if not seeds:
        raise InputError(f"no seed has a finished run of both {baseline} and {chosen} in {folder}")
    pairs = {int(seed): (folder / by_seed[baseline][seed], folder / by_seed[chosen][seed]) for seed in seeds}
    name = by_seed[chosen].iloc[0].rpartition("-seed")[0]
    return Pairs(pairs, chosen, baseline, folder / f"changes-{name}")


def _complete_inputs(folder: Path) -> dict[str, Any]:
    """Give all that determines a complete run, but for its policy."""
    manifest = read_manifest(folder)
    if manifest["status"] != "complete":
        done, days = manifest["n_days_done"], manifest["inputs"]["scenario"]["n_days"]
        raise InputError(
            f"{folder} must hold a complete run, and {done} of {days} days are done; finish it with --resume first"
        )
    return {name: value for name, value in manifest["inputs"].items() if name != "policy"}


def _look_up(values: Any, name: str) -> Any:  # noqa: ANN401 - whatever a manifest holds
    for part in name.split("."):
        values = values.get(part) if isinstance(values, dict) else None
    return values


def _read(folder: Path) -> dict[str, pd.DataFrame]:
    return {name: read_table(folder, name) for name in ("offences", "segments")}
