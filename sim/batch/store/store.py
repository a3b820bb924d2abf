"""The store: the results of the runs of a study, safe against a crash at any moment, readable while it grows.

    store/strategies/
      study.toml                  the question
      inputs.json                 scenarios and strategies in full, before the design sets anything
      arms.parquet                what is run with every seed
      manifest.json               how far it is, and a checksum of every part
      parts/part-00000.parquet    one row per run, 256 runs a part, in the order of the plan
      pending/RUN.json            finished runs that wait for their part
      spare/RUN.json              finished runs that the rule of the study does not ask for any more
      quarantine/RUN.json         runs that failed, and why
      damaged/                    what was found torn or edited
      earlier/                    runs of earlier plans, and failures of runs that are not asked for any more
      ledgers/RUN/                run folders, where the study keeps them
      journal.jsonl               when, where and how long: all that may differ between two sweeps of the same study

A finished run is on the disk before it counts. A part is written anew when runs of its own came in, under a temporary
name that is renamed when whole; its rows stand in the order of the plan, so that its last bytes depend neither on the
order in which runs finished nor on what was killed in between. The manifest follows from study and parts, and can
always be made again.
"""

from __future__ import annotations

import hashlib
import io
import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from sim.batch.running.once import Result
from sim.batch.store.aside import EARLIER, put_aside, restored
from sim.batch.store.entries import json_bytes, read_failures, read_results, write_entry, write_json, write_result
from sim.batch.store.manifest import ARMS, INPUTS, MANIFEST, STUDY, describe_store, named_parts
from sim.batch.store.parts import RUNS_A_PART, DamagedPartError, part_name, read_part, results_of, write_part
from sim.batch.store.reuse import LEDGERS, adopt_ledger, find_results
from sim.batch.study.plan import Plan
from sim.disk import make_folder, move_aside, remove, remove_temporaries, sha256_of, write_whole
from sim.ledger.manifest import MANIFEST as RUN_MANIFEST
from sim.outcomes.measures import MEASURES

JOURNAL = "journal.jsonl"
PARTS, PENDING, SPARE, QUARANTINE, DAMAGED = "parts", "pending", "spare", "quarantine", "damaged"
COMPLETE, FAILED, DECIDED = "complete", "complete but for failed runs", "stopped by its rule"
"""How a study can end."""
FLUSH_EVERY_S = 30.0
"""How long a finished run waits for its part at most, so that a reader sees what there is."""


class StudyFolder:
    """Keep the runs of one study."""

    def __init__(self, path: Path, plan: Plan, text: str) -> None:
        self.path, self.plan, self.text = path, plan, text
        self.rows = pd.DataFrame({"run": pd.Series([], dtype=str), "arm": [], "seed": []})
        self._failures: dict[str, str] = {}
        self.notes: list[str] = []
        """sentences for the user on what was found"""
        self._have: dict[int, set[str]] = {}
        self._on_disk: dict[int, list[str]] = {}
        """the runs of each part as they stand in its file"""
        self._results: dict[str, Result] = {}
        self._named: dict[str, str] = {}
        """checksums of the parts, by file, as the manifest had them when the folder was opened"""
        self._blocks_of: dict[str, tuple[int, ...]] = {}
        self._described: dict[int, dict[str, Any]] = {}
        self._flushed = time.monotonic()

    @cached_property
    def arms(self) -> pd.DataFrame:
        """Lay out what is run with every seed."""
        return self.plan.table()

    @cached_property
    def side_files(self) -> dict[str, bytes]:
        """Give what stands beside the parts, by name."""
        table = io.BytesIO()
        self.arms.to_parquet(table, index=False)
        return {STUDY: self.text.encode(), ARMS: table.getvalue(), INPUTS: json_bytes(self.plan.inputs())}

    @cached_property
    def checksums(self) -> dict[str, str]:
        """Give the checksums of what stands beside the parts, by name."""
        return {name: hashlib.sha256(content).hexdigest() for name, content in self.side_files.items()}

    @property
    def failed(self) -> dict[str, str]:
        """Tell why runs of the plan so far failed, by run."""
        return {run: problem for run, problem in self._failures.items() if run in self._blocks_of}

    @property
    def n_planned(self) -> int:
        """Count the different runs of the plan so far."""
        return len(self._blocks_of)

    def open(self, *, new_model: bool, again: bool) -> None:
        """Take up what is there, as far as it is of this plan and whole.

        Parameters
        ----------
        new_model
            go on although the runs there were made by another model; they are put aside
        again
            try runs again that failed before
        """
        for name in (PARTS, PENDING, SPARE, QUARANTINE):
            remove_temporaries(self.path / name)
        self.notes += restored(self.path, self.checksums)
        self.notes += put_aside(self.path, self.plan, self.checksums, PARTS, new_model=new_model)
        self._named = named_parts(self.path)
        for name, content in self.side_files.items():
            _write_bytes(self.path / name, content)
        self.load_pending(self._put_away)
        self.load_quarantine(self._put_away)
        self._forget_failures(set(self._failures) if again else set(self._failures) - self._all_runs())

    def extend(self, rows: pd.DataFrame) -> None:
        """Add the next runs of the plan, and find those that are there already, here or in another study."""
        lacking = self.look_up(rows)
        kept = self.plan.seeds_kept
        keep = set(rows["run"][rows["seed"].isin(kept)]) & lacking
        # A run that should keep its ledger is taken from another study with it, or made again.
        lacking -= {run for run in keep if not self._adopt(run)}
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

    def load_pending(self, damaged: Callable[[Path], None]) -> None:
        """Take up the runs that were finished and have no part yet; `damaged` is called with files to leave out."""
        self._results |= read_results(self.path / SPARE, damaged) | read_results(self.path / PENDING, damaged)

    def load_quarantine(self, damaged: Callable[[Path], None]) -> None:
        """Take up the runs that failed."""
        self._failures |= read_failures(self.path / QUARANTINE, damaged)

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
        write_result(self.path / PENDING, run, result)

    def fail(self, run: str, about: Mapping[str, Any]) -> None:
        """Put a run aside that cannot be done."""
        write_entry(self.path / QUARANTINE, run, about)
        self._failures[run] = str(about["problem"])

    def flush(self) -> None:
        """Write every part that new runs belong to, and the manifest; then forget what waited for it."""
        new = {run for run in self._results if run in self._blocks_of}
        for block in sorted({block for run in new for block in self._blocks_of[run] if run not in self._have[block]}):
            self._write_block(block)
        self.write_manifest("running")
        for run in new:
            remove(self.path / PENDING / f"{run}.json")
            remove(self.path / SPARE / f"{run}.json")
            del self._results[run]
        self._flushed = time.monotonic()

    def finish(self, status: str) -> None:
        """Write what is left, and say how the study ended.

        What the plan does not ask for any more leaves the parts and the failures, but not the disk.
        """
        self.flush()
        for file in sorted((self.path / PARTS).glob("part-*.parquet")):
            self._keep_planned(file)
        self.flush()
        for run, result in self._results.items():
            write_result(self.path / SPARE, run, result)
            remove(self.path / PENDING / f"{run}.json")
        self._forget_failures(self._failures.keys() - self._blocks_of.keys())
        self.write_manifest(status)
        for name in (PENDING, SPARE, QUARANTINE):
            folder = self.path / name
            if folder.is_dir() and not any(folder.iterdir()):
                folder.rmdir()

    def write_manifest(self, status: str) -> None:
        """Write how far the study is."""
        n_done = len({run for have in self._have.values() for run in have})
        parts = [self._describe_part(block) for block in sorted(self._have) if self._have[block]]
        write_json(
            self.path / MANIFEST, describe_store(self.plan, self.checksums, status, self.n_planned, n_done, parts)
        )

    def runs(self) -> pd.DataFrame:
        """Read the runs of the plan so far, one row each; how the study ended stays as it was said."""
        if any(run in self._blocks_of for run in self._results):
            self.flush()
        parts = []
        for block in sorted(self._have):
            if self._have[block]:
                rows, _ = read_part(self._part(block))
                parts.append(rows[rows["run"].isin(self._have[block])])
        return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()

    def note(self, event: Mapping[str, Any], name: str = JOURNAL) -> None:
        """Add a line to the journal."""
        with (self.path / name).open("a", encoding="utf-8") as file:
            file.write(json.dumps(event, ensure_ascii=False) + "\n")

    def _lacking(self, block: int) -> set[str]:
        return set(self._block(block)["run"]) - self._have[block] - self._results.keys() - self._failures.keys()

    def _block(self, number: int) -> pd.DataFrame:
        return self.rows.iloc[number * RUNS_A_PART : (number + 1) * RUNS_A_PART]

    def _adopt(self, run: str) -> bool:
        return adopt_ledger(self.path.parent, run, self.path / LEDGERS / run, self._put_away)

    def _read_have(self, block: int) -> set[str]:
        file = self._part(block)
        self._on_disk.pop(block, None)
        if not file.exists():
            return set()
        try:
            rows, about = read_part(file)
            if about["model"] != self.plan.model:
                raise DamagedPartError(f"{file.name} was made by another model, {about['model']}")
        except DamagedPartError as problem:
            self._put_away(file, f"{problem}; ")
            return set()
        self._on_disk[block] = rows["run"].tolist()
        planned = self._block(block)
        keep = set(planned["run"][planned["seed"].isin(self.plan.seeds_kept)])
        without_ledger = {run for run in keep if not (self.path / LEDGERS / run / RUN_MANIFEST).is_file()}
        return set(rows["run"]) & set(planned["run"]) - without_ledger

    def _put_away(self, file: Path, why: str = "") -> None:
        """Put a file aside that is no longer what was written; the runs in it are made again."""
        target = move_aside(file, self.path / DAMAGED)
        told = why or f"{file.relative_to(self.path)} was damaged or edited; "
        self.notes.append(f"{told}it was put into {target}, and its runs are made again")

    def _all_runs(self) -> set[str]:
        """Name all runs that the plan may ever ask for."""
        return set(self.plan.rows(self.plan.study.all_seeds)["run"]) if self._failures else set()

    def _forget_failures(self, runs: Iterable[str]) -> None:
        """Keep the entries of failed runs where nobody counts them any more."""
        for run in sorted(runs):
            del self._failures[run]
            move_aside(self.path / QUARANTINE / f"{run}.json", self.path / EARLIER / QUARANTINE)

    def _part(self, block: int) -> Path:
        return self.path / PARTS / part_name(block)

    def _keep_planned(self, file: Path) -> None:
        """Let a part hold the runs of the plan in their order, whatever an earlier course of the rule put there."""
        number = int(file.stem.removeprefix("part-"))
        if number not in self._have:
            self._read_have(number)
            self._have[number] = set()
        planned = [run for run in self._block(number)["run"] if run in self._have[number]]
        if self._on_disk.get(number) != planned or sha256_of(file) != self._named.get(f"{PARTS}/{file.name}"):
            self._write_block(number)

    def _write_block(self, number: int) -> None:
        file = self._part(number)
        there = results_of(read_part(file)[0]) if self._on_disk.get(number) else {}
        block = self._block(number)
        for run in there.keys() - set(block["run"]) - self._results.keys():
            self.put_pending(run, there[run])  # before its row is gone
            self._results[run] = there[run]
        known = there | self._results
        block = block[block["run"].isin(known.keys())]
        arms = self.arms.iloc[block["arm"].to_numpy(int)].reset_index(drop=True)
        found = [known[run] for run in block["run"]]
        keys: dict[str, Any] = {"run": block["run"].to_numpy()}
        keys |= {name: arms[name] for name in ("arm", "scenario", "strategy", "point")}
        keys |= {"seed": block["seed"].to_numpy()} | {str(name): arms[name] for name in self.plan.points.columns}
        measures = {name: [one.measures[name] for one in found] for name in MEASURES}
        rows = pd.DataFrame(keys | {"digest": [one.digest for one in found]} | measures)
        self._described.pop(number, None)
        if rows.empty:
            remove(file)
            self._on_disk.pop(number, None)
            return
        make_folder(file.parent)
        write_part(file, rows, study=self.plan.study.name, model=self.plan.model)
        self._named[f"{PARTS}/{file.name}"] = sha256_of(file)
        self._have[number], self._on_disk[number] = set(block["run"]), block["run"].tolist()

    def _describe_part(self, number: int) -> dict[str, Any]:
        if number not in self._described:
            file = self._part(number)
            about = {"file": f"{PARTS}/{file.name}", "runs": len(self._have[number]), "sha256": sha256_of(file)}
            self._described[number] = about
        return self._described[number]


def _write_bytes(path: Path, content: bytes) -> None:
    write_whole(path, lambda out: out.write(content))
