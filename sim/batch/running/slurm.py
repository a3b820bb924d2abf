"""A batch script for Slurm: an array of tasks, and a last job that collects what they made."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

from sim.batch.study.study import read_study

SCRIPT = """#!/bin/bash
#SBATCH --job-name={name}
#SBATCH --array=1-{n}
#SBATCH --ntasks=1
#SBATCH --cpus-per-task=1
#SBATCH --mem=2G
#SBATCH --time=12:00:00
#SBATCH --output="{log}/%x-%a.log"
# Written by `cpsim sweep {study} --slurm-script {n}`. Submit it with
#
#     sbatch {script}
#
# and, for the last job, which collects the runs into parts and makes whatever is still missing,
#
#     sbatch --dependency=afterany:JOBID {collect}
#
# Both may be submitted again at any time: finished runs are not made twice.
set -euo pipefail
cd {here}
{command} --shard "${{SLURM_ARRAY_TASK_ID}}/{n}" --workers "${{SLURM_CPUS_PER_TASK:-1}}"
"""

COLLECT = """#!/bin/bash
#SBATCH --job-name={name}-collect
#SBATCH --ntasks=1
#SBATCH --cpus-per-task=1
#SBATCH --mem=2G
#SBATCH --time=12:00:00
#SBATCH --output="{log}/%x.log"
set -euo pipefail
cd {here}
{command} --workers "${{SLURM_CPUS_PER_TASK:-1}}"
"""


def write_script(study: Path, store: Path, *, n_shards: int, parameters: Path | None = None) -> list[str]:
    """Write both scripts beside the study's results; name them, and tell in a last line how to submit them.

    Memory, time and partition are those of a small run: edit them in the scripts to fit the cluster.

    Parameters
    ----------
    parameters
        sets that the study carries
    """
    name = read_study(study).name
    folder = (store / name).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    script, collect = folder / "array.sh", folder / "collect.sh"
    carried = ["--parameters", str(parameters.resolve())] if parameters is not None else []
    command = shlex.join(
        [sys.executable, "-m", "sim.cli", "sweep", str(study.resolve()), *carried, "--store", str(store.resolve())]
    )
    first, last = shlex.quote(str(script)), shlex.quote(str(collect))
    words = {
        "name": name, "n": n_shards, "log": folder, "study": shlex.quote(str(study)), "script": first, "collect": last,
        "here": shlex.quote(str(Path.cwd())), "command": command,
    }  # fmt: skip
    script.write_text(SCRIPT.format(**words), encoding="utf-8")
    collect.write_text(COLLECT.format(**words), encoding="utf-8")
    submit = f"sbatch --dependency=afterany:$(sbatch --parsable {first}) {last}"
    return [str(script), str(collect), f"submit both: {submit}"]
