"""A claim: what the field found, as data; and where in the simulation it is looked up.

Facts and targets stand in `claims/FAMILY.toml`, and the functions that measure them beside it in `claims/FAMILY.py`.
Targets were written before anything was measured against them, and no result may change one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cache
from importlib import import_module
from math import inf
from pathlib import Path
from typing import Any, TypeVar

from sim.errors import InputError
from sim.inputs.spelling import did_you_mean
from sim.inputs.toml_text import read_toml

HERE = Path(__file__).parent / "claims"
RUNS_FILE = "runs.toml"
DEFAULT_CITY = "new_haven"
USES = ("calibrate", "check", "sensitivity", "method", "mechanism", "ceiling", "trend")
"""What a fact may be used for: `check` is never fitted to."""
Kind = TypeVar("Kind")


@dataclass(frozen=True)
class Fact:
    """Say what the field found, and who found it."""

    key: str
    title: str
    title_zh: str
    says: str
    says_zh: str
    sources: tuple[str, ...]
    """keys of `sources.toml`, which tell why each is cited"""
    use: str
    """one of `USES`"""
    sure: str
    """how sure the field is: 'high', 'medium' or 'low'"""


@dataclass(frozen=True)
class Claim:
    """Name one number of the simulation and the band in which a fact expects it."""

    key: str
    family: str
    fact: str
    says: str
    says_zh: str
    band: str
    """where the band comes from"""
    unit: str = ""
    unit_zh: str = ""
    low: float = -inf
    high: float = inf
    decimals: int = 1
    level: float = 0.95
    """of the simulated interval; 0.90 where a paper asks for equivalence"""
    run: str = ""
    """the standard run that it is read from, of `runs.toml`"""
    trial: str = ""
    """or the trial that is conducted for it, of the family's file"""
    observe: str = ""
    """function of the family that reads a run and gives named numbers"""
    value: str = "value"
    """which of these numbers is meant"""
    over: str = ""
    """number to divide by, where one seed has too few events for a ratio of its own: means are divided"""
    restates: str = ""
    """parameters that the claim merely gives back: such a claim is shown and not counted"""
    not_here: str = ""
    """why the simulation cannot be asked at all, where that is so"""
    not_here_zh: str = ""


@dataclass(frozen=True)
class Setting:
    """Say in which city, at what size, for how long and with which seeds something is asked."""

    key: str
    why: str
    """why this city and this size"""
    scenario: str = "new_haven"
    residents_per_agent: float = 0.0
    """how many real residents one simulated resident stands for; 0 leaves the scenario's"""
    n_days: int = 365
    policy: str = "reactive"
    seeds: tuple[int, ...] = ()
    quick_seeds: tuple[int, ...] = ()
    """a part of the seeds; none where it takes too long for a quick look"""
    feelings_on: tuple[int, ...] = ()
    """days at whose end all residents are asked what they truly feel"""
    changes: Mapping[str, Any] = field(default_factory=dict)
    """parameters that differ from the scenario, by dotted name"""
    conduct: str = ""
    """of a trial: the function of the family that conducts it"""
    design: Mapping[str, Any] = field(default_factory=dict)
    """of a trial: its own numbers (units, weeks, doses)"""


@dataclass(frozen=True)
class Claims:
    """Hold everything that is claimed."""

    facts: Mapping[str, Fact]
    claims: Mapping[str, Claim]
    runs: Mapping[str, Setting]
    trials: Mapping[str, Setting]

    def only(self, wanted: Iterable[str]) -> Claims:
        """Keep some claims, named by their key, their fact or their family.

        Raises
        ------
        InputError
            If a name is none of these.
        """
        names = {name for c in self.claims.values() for name in (c.key, c.fact, c.family)}
        wanted = list(wanted)
        for name in wanted:
            if name not in names:
                raise InputError(
                    f"a claim must be named by its key, fact or family, got {name!r}{did_you_mean(name, names)}"
                )
        chosen = {k: c for k, c in self.claims.items() if {c.key, c.fact, c.family} & set(wanted)}
        return Claims(self.facts, chosen, self.runs, self.trials)

    def about(self, scenario: str) -> Claims:
        """Ask of another scenario what is asked of the default city; what is asked of other cities is left out.

        Parameters
        ----------
        scenario
            a name or a file
        """
        runs, trials = (
            {key: replace(one, scenario=scenario) for key, one in some.items() if one.scenario == DEFAULT_CITY}
            if scenario != "zhengzhou"
            else {key: one for key, one in some.items() if one.scenario == scenario}
            for some in (self.runs, self.trials)
        )
        there = {*runs, *trials}
        kept = {k: c for k, c in self.claims.items() if c.not_here or {c.run, c.trial} & there}
        return Claims(self.facts, kept, runs, trials)

    def setting(self, claim: Claim) -> Setting:
        """Give the run or the trial that a claim is asked of."""
        return self.runs[claim.run] if claim.run else self.trials[claim.trial]


@cache
def load_claims(folder: Path = HERE) -> Claims:
    """Read every family of claims.

    Raises
    ------
    InputError
        If a file is no TOML, a key is unknown or missing, a claim belongs to no fact, a band is empty, or the function
        that a claim names is not there.
    """
    runs = {
        key: _make(Setting, {"key": key} | about, RUNS_FILE) for key, about in read_toml(folder / RUNS_FILE).items()
    }
    facts: dict[str, Fact] = {}
    claims: dict[str, Claim] = {}
    trials: dict[str, Setting] = {}
    for file in sorted(folder.glob("*.toml")):
        if file.name == RUNS_FILE:
            continue
        content = read_toml(file)
        facts |= _make_all(Fact, content.get("facts", {}), file.name)
        trials |= _make_all(Setting, content.get("trials", {}), file.name)
        claims |= _make_all(Claim, content.get("claims", {}), file.name, family=file.stem)
    everything = Claims(facts, claims, runs, trials)
    for claim in claims.values():
        _check(claim, everything)
    return everything


def function_of(family: str, name: str) -> Callable[..., Any]:
    """Find a function of a family of claims.

    Raises
    ------
    InputError
        If the family has no file beside its table, or no such function in it.
    """
    try:
        module = import_module(f"sim.validation.claims.{family}")
    except ModuleNotFoundError as error:
        if error.name != f"sim.validation.claims.{family}":  # the file is there, and what it imports is not
            raise
        raise InputError(
            f"claims/{family}.toml needs a file claims/{family}.py beside it with its functions"
        ) from error
    function = getattr(module, name, None)
    if not callable(function):
        names = [one for one in vars(module) if not one.startswith("_")]
        raise InputError(f"claims/{family}.py must have the function {name!r}{did_you_mean(name, names)}")
    return function  # type: ignore[no-any-return]


def _check(claim: Claim, all_of_them: Claims) -> None:
    where = f"claims/{claim.family}.toml: {claim.key}"
    if claim.fact not in all_of_them.facts:
        near = did_you_mean(claim.fact, all_of_them.facts)
        raise InputError(f"{where} must belong to a fact, got {claim.fact!r}{near}")
    if claim.not_here:
        return
    if claim.low >= claim.high or (claim.low, claim.high) == (-inf, inf):
        raise InputError(f"{where} must have a band from low to high, got {claim.low} to {claim.high}")
    if bool(claim.run and claim.observe) == bool(claim.trial):
        raise InputError(f"{where} must name a run with `observe`, or a trial")
    known = all_of_them.runs if claim.run else all_of_them.trials
    name = claim.run or claim.trial
    if name not in known:
        raise InputError(f"{where} must name a run or a trial that exists, got {name!r}{did_you_mean(name, known)}")


def _make_all(kind: type[Kind], tables: Mapping[str, Any], where: str, **more: str) -> dict[str, Kind]:
    """Make a record of each table."""
    return {key: _make(kind, {"key": key, **more, **about}, where) for key, about in tables.items()}


def _make(kind: type[Kind], content: Mapping[str, Any], where: str) -> Kind:
    """Make a record of a table of TOML, and refuse what it does not know."""
    names = [one.name for one in fields(kind)]  # type: ignore[arg-type]
    for name in content:
        if name not in names:
            raise InputError(
                f"claims/{where}: {content['key']} has a key {name!r} that means nothing{did_you_mean(name, names)}"
            )
    values = {name: tuple(value) if isinstance(value, list) else value for name, value in content.items()}
    try:
        return kind(**values)
    except TypeError as error:
        raise InputError(f"claims/{where}: {content['key']} lacks something: {error}") from error
