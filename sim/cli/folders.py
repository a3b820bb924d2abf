"""`cpsim check` and `cpsim plot`."""

from __future__ import annotations

import argparse

from sim.errors import InputError
from sim.ledger.check import check_folder
from sim.ledger.run_folder import read_manifest
from sim.report.sentences import problem_sentence
from sim.report.texts import Lang, text


def check(given: argparse.Namespace) -> int:
    """Tell whether a run folder is whole; exit code 1 if it is not."""
    lang: Lang = given.lang
    problems = check_folder(given.folder)
    manifest = read_manifest(given.folder)
    for problem in problems:
        print(problem_sentence(problem, lang))
    done, days = manifest["n_days_done"], manifest["inputs"]["scenario"]["n_days"]
    if manifest["status"] == "complete":
        rows = sum(part["rows"] for table in manifest["tables"].values() for part in table["parts"])
        state = text(lang, "folder.complete").format(days=done, rows=f"{rows:,}", digest=manifest["digest"])
    else:
        state = text(lang, "folder.incomplete").format(done=done, days=days)
    whole = "" if problems else text(lang, "store.whole")
    print(text(lang, "folder.state").format(folder=given.folder, state=state, whole=whole))
    return 1 if problems else 0


def plot(given: argparse.Namespace) -> int:
    """Draw every picture of a run folder."""
    manifest = read_manifest(given.folder)
    if not manifest["tables"]["days"]["parts"]:
        raise InputError(f"{given.folder} holds no finished part yet, so there is nothing to draw")
    from sim.batch.running.runs import read_streets_of
    from sim.report.pictures import plot_run

    for file in plot_run(given.folder, lang=given.lang, out=given.out, streets=read_streets_of(given.folder)):
        print(file)
    return 0
