"""Install the lowest and the newest versions that pyproject allows, and test with each set in its own environment.

A release runs this, since a bound that nobody has run is a guess:

    pip install uv && python scripts/try_dependencies.py            # lowest, newest, and each minor version of Numba
    python scripts/try_dependencies.py lowest --python 3.12         # one set, another Python
    python scripts/try_dependencies.py "numba==0.66.*" --tests tests/test_mesa.py

A set is installed from the package index, runs one scenario and then the quick tests. All sets must give the same
digest. What was run is printed as a table at the end: Python, the versions that matter most, digest, tests.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from sim.compiling.compiled import RUN_WITH

ROOT = Path(__file__).parents[1]
PACKAGES = ("numba", "numpy", "pandas", "mesa", "pydantic", "pyarrow")
RUN = ("run", "fengqiao_town", "--policy", "grid", "--days", "9")
QUICK = (
    "tests/test_ledger.py", "tests/test_mesa.py", "tests/test_params.py", "tests/test_scenarios.py",
    "tests/test_cli.py", "tests/engine/test_determinism.py", "tests/engine/test_draws.py",
    "tests/engine/test_compile_errors.py", "tests/engine/test_uncompiled.py", "tests/city/test_load.py",
    "tests/city/test_cells.py", "tests/outcomes/test_summary.py", "tests/outcomes/test_survey.py",
    "tests/report/test_pictures.py", "tests/batch/test_store.py", "tests/batch/test_sensitivity.py",
)  # fmt: skip
"""Tests that use every library that a run, its ledger, its city, its pictures or its study reads or writes with."""
NUMBA = tuple(f"numba=={minor}.*" for minor in RUN_WITH)


@dataclass(frozen=True)
class Outcome:
    """What came of one set of versions."""

    name: str
    python: str
    versions: str
    digest: str
    tests: str
    passed: bool


def try_set(name: str, python: str, tests: list[str], folder: Path) -> Outcome:
    """Install a set of versions, run a scenario and the tests with it."""
    place = folder / re.sub(r"[^\w.]+", "-", f"{name}-{python}").strip("-")
    uv("venv", "--quiet", "--python", python, str(place))
    chosen = place / "bin" / "python"
    resolution = "lowest-direct" if name == "lowest" else "highest"
    only = [name] if "==" in name else []
    uv("pip", "install", "--quiet", "--python", str(chosen), "--resolution", resolution, f"{ROOT}[dev]", *only)
    listed = json.loads(uv("pip", "list", "--python", str(chosen), "--format", "json"))
    versions = {one["name"].lower(): one["version"] for one in listed}
    environment = os.environ | {"PYTHONPATH": str(ROOT), "NUMBA_CACHE_DIR": str(place / "cache")}

    def call(*arguments: str) -> tuple[int, str]:
        done = subprocess.run(
            [str(chosen), "-m", *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
        )
        (place / f"{arguments[0]}.log").write_text(done.stdout + done.stderr, "utf-8")
        return done.returncode, done.stdout + done.stderr

    code, told = call("sim.cli", *RUN, "--out", str(place / "run"))
    digest = re.search(r"digest (\w+)", told)
    # Old libraries beside new ones of others tell each other what is out of date; that is no fault here.
    quiet = ("-W", "ignore::DeprecationWarning") if name == "lowest" else ()
    test_code, tested = call("pytest", "-q", "-p", "no:cacheprovider", *quiet, *tests) if code == 0 else (1, "not run")
    summary = tested.strip().splitlines()[-1] if tested.strip() else "no word"
    what = " ".join(f"{package} {versions[package]}" for package in PACKAGES)
    passed = digest is not None and test_code == 0
    return Outcome(name, python, what, digest.group(1) if digest else "none", summary, passed)


def uv(*arguments: str) -> str:
    """Call uv, which resolves to the lowest versions where pip cannot; pass on what it says."""
    done = subprocess.run([sys.executable, "-m", "uv", *arguments], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit(f"uv {' '.join(arguments)} failed:\n{done.stderr.strip()}\n(uv is had by `pip install uv`)")
    return done.stdout


def main() -> int:
    """Try the sets that are asked for and print what came of each."""
    reader = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    reader.add_argument("sets", nargs="*", metavar="SET", help="lowest, newest or a requirement like numba==0.66.*")
    reader.add_argument("--python", default=".".join(map(str, sys.version_info[:2])), help="version or path")
    reader.add_argument("--folder", type=Path, help="keep environments and logs here")
    reader.add_argument("--tests", nargs="+", default=list(QUICK), help="what pytest runs")
    given = reader.parse_args()
    folder = given.folder or Path(tempfile.mkdtemp(prefix="cpsim-dependencies-"))
    outcomes = []
    for name in given.sets or ("lowest", "newest", *NUMBA[:-1]):
        outcomes.append(try_set(name, given.python, given.tests, folder))
        one = outcomes[-1]
        print(f"{'passed' if one.passed else 'FAILED'}  {one.name}, Python {one.python}: {one.versions}", flush=True)
        print(f"        digest {one.digest}; {one.tests}; logs in {folder}", flush=True)
    same = len({one.digest for one in outcomes} - {"none"}) == 1
    print("all digests are the same" if same else "DIGESTS DIFFER")
    return 0 if same and all(one.passed for one in outcomes) else 1


if __name__ == "__main__":
    sys.exit(main())
