"""The store: the results of the runs of a study, safe against a crash at any moment, readable while it grows.

    store/strategies/
      study.toml                  the question
      inputs.json                 scenarios and strategies in full, before the design sets anything
      arms.parquet                what is run with every seed
      manifest.json               how far it is, and a checksum of every part
      parts/part-00000.parquet    one row per run, 256 runs a part, in the order of the plan
      pending/RUN.json            finished runs that wait for their part
      quarantine/RUN.json         runs that failed, and why
      ledgers/RUN/                run folders, where the study keeps them
      journal.jsonl               when, where and how long: all that may differ between two sweeps of the same study

A finished run is on the disk before it counts. A part is written anew when runs of its own came in, under a temporary
name that is renamed when whole; its rows stand in the order of the plan, so that its last bytes depend neither on the
order in which runs finished nor on what was killed in between. The manifest follows from study and parts, and can
always be made again.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from sim.batch.running.once import Result
from sim.batch.store.parts import RUNS_A_PART, SCHEMA, DamagedPartError, part_name, read_part, results_of, write_part
from sim.batch.store.reuse import LEDGERS, adopt_ledger, find_results
from sim.batch.study.plan import Plan
from sim.disk import make_folder, sha256_of, text_sha256, write_whole
from sim.errors import InputError
from sim.ledger.provenance import LABEL, PACKAGE
from sim.outcomes.measures import MEASURES

MANIFEST, STUDY, ARMS, INPUTS, JOURNAL = "manifest.json", "study.toml", "arms.parquet", "inputs.json", "journal.jsonl"
PARTS, PENDING, QUARANTINE, DAMAGED = "parts", "pending", "quarantine", "damaged"
COMPLETE, FAILED, DECIDED = "complete", "complete but for failed runs", "stopped by its rule"
"""How a study can end."""
FLUSH_EVERY_S = 30.0
"""How long a finished run waits for its part at most, so that a reader sees what there is."""


class StudyFolder:
    """Keep the runs of one study."""

    def __init__(self, path: Path, plan: Plan, text: str) -> None:
        self.path, self.plan, self.text = path, plan, text
        self.rows = pd.DataFrame({"run": pd.Series([], dtype=str), "arm": [], "seed": []})
        self.failed: dict[str, str] = {}
        self.notes: list[str] = []
        """sentences for the user on what was found"""
        self._have: dict[int, set[str]] = {}
        self._results: dict[str, Result] = {}
        self._blocks_of: dict[str, tuple[int, ...]] = {}
        self._described: dict[int, dict[str, Any]] = {}
        self._flushed = time.monotonic()

    @cached_property
    def arms(self) -> pd.DataFrame:
        """Lay out what is run with every seed."""
        return self.plan.table()

    @property
    def n_planned(self) -> int:
        """Count the different runs of the plan so far."""
        return len(self._blocks_of)

    def extend(self, rows: pd.DataFrame) -> None:
        """Add the next runs of the plan, and find those that are there already, here or in another study."""
        lacking = self.look_up(rows)
        kept = self.plan.seeds_kept
        keep = set(rows["run"][rows["seed"].isin(kept)]) & lacking
        # A run that should keep its ledger is taken from another study with it, or made again.
        lacking -= {run for run in keep if not adopt_ledger(self.path.parent, run, self.path / LEDGERS / run)}
        self._results |= find_results(self.path.parent, lacking, model=self.plan.model)
        if self._results:
            self.flush()

    def look_up(self, rows: pd.DataFrame) -> set[str]:
        """Add the next runs of the plan, and name those that this folder does not hold; nothing is written."""
        first = len(self.rows)
        self.rows = pd.concat([self.rows, rows], ignore_index=True) if first else rows.reset_index(drop=True)
        for number, run in enumerate(rows["run"], start=first):
            block = number // RUNS_A_PART
            known = self._blocks_of.get(run, ())
            self._blocks_of[run] = known if block in known else (*known, block)
        touched = range(first // RUNS_A_PART, -(-len(self.rows) // RUNS_A_PART))
        for block in touched:
            self._have[block] = self._read_have(block)
            self._described.pop(block, None)
        return {run for block in touched for run in self._lacking(block)}

    def load_pending(self) -> None:
        """Take up the runs that were finished and had no part yet."""
        for file in sorted((self.path / PENDING).glob("*.json")):
            try:
                found = json.loads(file.read_text(encoding="utf-8"))
                self._results[file.stem] = Result(found["digest"], found["measures"], 0.0)
            except (ValueError, KeyError, TypeError):  # edited: the run is made again
                file.unlink()

    def load_quarantine(self, *, again: bool) -> None:
        """Take up the runs that failed, or forget them so that they are tried again."""
        for file in sorted((self.path / QUARANTINE).glob("*.json")):
            if again:
                file.unlink()
            else:
                self.failed[file.stem] = str(json.loads(file.read_text(encoding="utf-8"))["problem"])

    def missing(self) -> Iterator[tuple[str, int, int]]:
        """List the runs still to do, each once, in the order of the plan: name, number of the arm, seed."""
        seen: set[str] = set()
        for block in sorted(self._have):
            lacking = self._lacking(block) - seen
            seen |= lacking
            for run, arm, seed in self._block(block).itertuples(index=False):
                if run in lacking:
                    lacking.discard(run)
                    yield run, int(arm), int(seed)

    def n_missing(self) -> int:
        """Count the runs still to do."""
        return len({run for block in self._have for run in self._lacking(block)})

    def take(self, run: str, result: Result) -> None:
        """Put a finished run on the disk, and write its part when that is whole or has waited long."""
        self.put_pending(run, result)
        self._results[run] = result
        late = time.monotonic() - self._flushed > FLUSH_EVERY_S
        if late or any(not self._lacking(block) for block in self._blocks_of[run]):
            self.flush()

    def put_pending(self, run: str, result: Result) -> None:
        """Put a finished run on the disk, apart from all others."""
        make_folder(self.path / PENDING)
        write_json(self.path / PENDING / f"{run}.json", {"digest": result.digest, "measures": result.measures})

    def fail(self, run: str, about: Mapping[str, Any]) -> None:
        """Put a run aside that cannot be done."""
        make_folder(self.path / QUARANTINE)
        write_json(self.path / QUARANTINE / f"{run}.json", about)
        self.failed[run] = str(about["problem"])

    def flush(self) -> None:
        """Write every part that new runs belong to, and the manifest; then forget what waited for it."""
        new = {run for run in self._results if run in self._blocks_of}
        for block in sorted({block for run in new for block in self._blocks_of[run] if run not in self._have[block]}):
            self._write_block(block)
        self.write_manifest("running")
        for run in new:
            (self.path / PENDING / f"{run}.json").unlink(missing_ok=True)
            del self._results[run]
        self._flushed = time.monotonic()

    def finish(self, status: str) -> None:
        """Write what is left, and say how the study ended."""
        self.flush()
        self.write_manifest(status)
        for name in (PENDING, QUARANTINE):
            folder = self.path / name
            if folder.is_dir() and not any(folder.iterdir()):
                folder.rmdir()

    def write_manifest(self, status: str) -> None:
        """Write how far the study is."""
        n_done = len({run for have in self._have.values() for run in have})
        parts = [self._describe_part(block) for block in sorted(self._have) if self._have[block]]
        write_json(self.path / MANIFEST, describe_store(self.plan, self.text, status, self.n_planned, n_done, parts))

    def runs(self) -> pd.DataFrame:
        """Read the runs of the plan so far, one row each."""
        self.flush()
        parts = [
            read_part(self.path / PARTS / part_name(block))[0] for block in sorted(self._have) if self._have[block]
        ]
        found = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()
        return found[found["run"].isin(self._blocks_of.keys())].reset_index(drop=True) if parts else found

    def note(self, event: Mapping[str, Any], name: str = JOURNAL) -> None:
        """Add a line to the journal."""
        with (self.path / name).open("a", encoding="utf-8") as file:
            file.write(json.dumps(event, ensure_ascii=False) + "\n")

    def _lacking(self, block: int) -> set[str]:
        return set(self._block(block)["run"]) - self._have[block] - self._results.keys() - self.failed.keys()

    def _block(self, number: int) -> pd.DataFrame:
        return self.rows.iloc[number * RUNS_A_PART : (number + 1) * RUNS_A_PART]

    def _read_have(self, block: int) -> set[str]:
        file = self.path / PARTS / part_name(block)
        if not file.exists():
            return set()
        try:
            rows, about = read_part(file)
            if about["model"] != self.plan.model:
                raise DamagedPartError(f"{file.name} was made by another model, {about['model']}")
            return set(rows["run"]) & set(self._block(block)["run"])
        except DamagedPartError as problem:
            make_folder(self.path / DAMAGED)
            file.rename(self.path / DAMAGED / file.name)
            self.notes.append(f"{problem}; it was put into {self.path / DAMAGED}, and its runs are made again")
            return set()

    def _write_block(self, number: int) -> None:
        file = self.path / PARTS / part_name(number)
        known = (results_of(read_part(file)[0]) if self._have[number] else {}) | self._results
        block = self._block(number)
        block = block[block["run"].isin(known.keys())]
        arms = self.arms.iloc[block["arm"].to_numpy(int)].reset_index(drop=True)
        found = [known[run] for run in block["run"]]
        keys: dict[str, Any] = {"run": block["run"].to_numpy()}
        keys |= {name: arms[name] for name in ("arm", "scenario", "strategy", "point")}
        keys |= {"seed": block["seed"].to_numpy()} | {str(name): arms[name] for name in self.plan.points.columns}
        measures = {name: [one.measures[name] for one in found] for name in MEASURES}
        rows = pd.DataFrame(keys | {"digest": [one.digest for one in found]} | measures)
        make_folder(file.parent)
        write_part(file, rows, study=self.plan.study.name, model=self.plan.model)
        self._have[number] = set(block["run"])
        self._described.pop(number, None)

    def _describe_part(self, number: int) -> dict[str, Any]:
        if number not in self._described:
            file = self.path / PARTS / part_name(number)
            about = {"file": f"{PARTS}/{file.name}", "runs": len(self._have[number]), "sha256": sha256_of(file)}
            self._described[number] = about
        return self._described[number]


def describe_store(  # noqa: PLR0913, PLR0917 - what a manifest says
    plan: Plan, text: str, status: str, n_planned: int, n_done: int, parts: list[dict[str, Any]]
) -> dict[str, Any]:
    """Say what a store holds, with a checksum over all of it."""
    about = {
        "format": f"{PACKAGE} store",
        "schema": SCHEMA,
        "label": LABEL,
        "study": plan.study.name,
        "study_sha256": text_sha256(text),
        "model": plan.model,
        "status": status,
        "n_arms": len(plan.arms),
        "n_planned": n_planned,
        "n_done": n_done,
        "parts": parts,
    }
    return about | {"sha256": text_sha256(json.dumps(about, ensure_ascii=False))}


def read_store_manifest(path: Path) -> dict[str, Any]:
    """Read the manifest of a store.

    Raises
    ------
    InputError
        If there is none, or it was damaged or edited.
    """
    file = path / MANIFEST
    if not file.is_file():
        raise InputError(f"{path} is no study of a store: it has no {MANIFEST}")
    try:
        manifest: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        own = manifest.pop("sha256")
    except (ValueError, KeyError, AttributeError, TypeError) as error:
        raise InputError(f"{file} is damaged; run the sweep again, and it is made anew from the parts") from error
    if own != text_sha256(json.dumps(manifest, ensure_ascii=False)) or manifest.get("schema") != SCHEMA:
        raise InputError(f"{file} was edited; run the sweep again, and it is made anew from the parts")
    return manifest


def write_json(path: Path, content: Mapping[str, Any]) -> None:
    """Write a small file whole."""
    text = json.dumps(content, indent=1, ensure_ascii=False) + "\n"
    write_whole(path, lambda out: out.write(text.encode()))
