"""Check that a policy keeps the contract: an importable suite, the same for our strategies and for yours.

`check_contract(policy)` runs every rule on made-up observations and raises at the first that is broken. A policy
that passes can be run, compared in pairs by seed, sent to workers and named in a result.
"""

from __future__ import annotations

import hashlib
import pickle
import random
import time
from collections.abc import Callable
from dataclasses import FrozenInstanceError, fields
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from sim.errors import InputError
from sim.params import describe
from sim.policies.contract import foreign
from sim.policies.contract.cases import LARGE, Cases, crossed_cases, usual_cases
from sim.policies.contract.example import example_observation
from sim.policies.contract.relabelling import relabel_observation, relabel_orders
from sim.policies.contract.rules import Limits, OrdersError, check_orders, check_organisation
from sim.policies.protocol import Observation, Orders, PolicyModel

__all__ = ["RULES", "ConformanceError", "check_contract", "example_observation"]

FAST_MS = 20.0
SEED = 20_140_101


class ConformanceError(InputError):
    """Name the rule that a policy breaks, and how."""

    def __init__(self, rule: str, problem: str) -> None:
        super().__init__(f"rule {rule!r}: {problem}")
        self.rule = rule


def check_contract(policy: PolicyModel, *, seen: Observation | None = None) -> tuple[str, ...]:
    """Check a policy against every rule of the contract that made-up observations can show.

    `sim.batch.rehearsal.check_policy` does so and lets it run for a month besides. Of strategies put together,
    each part is checked.

    Parameters
    ----------
    policy
        the policy with its parameters, as it should be run
    seen
        one more observation to try it on, for instance `sim.observation.observe(world)` of your own city

    Returns
    -------
    rules
        the names of the rules, all kept

    Raises
    ------
    ConformanceError
        At the first broken rule; it names the rule.
    """
    if not isinstance(policy, PolicyModel):
        raise ConformanceError("a policy", f"must be an instance of a PolicyModel subclass, got {policy!r}")
    cases = usual_cases()
    if seen is not None:
        cases["your own observation"] = seen
    for part in [one for stage in policy.ever() for whole in stage for one in whole.made_of()]:
        for name, broken in RULES.items():
            problem = broken(part, cases)
            if problem:
                raise ConformanceError(name, f"{type(part).__name__} {problem}")
    return tuple(RULES)


def _name(policy: PolicyModel, cases: Cases) -> str:
    return "" if policy.name else "must have a name; write @policy('my_policy') above the class"


def _docstring(policy: PolicyModel, cases: Cases) -> str:
    text = type(policy).__dict__.get("__doc__") or ""
    return "" if text.strip() else "must have a docstring: what officers do and when, data needed, side effects"


def _parameters(policy: PolicyModel, cases: Cases) -> str:
    known = {about.name: about for about in describe(type(policy))}
    for name, field in type(policy).model_fields.items():
        if name not in known:
            return f"must declare {name!r} with param(default, meaning, source=...)"
        about, value = known[name], getattr(policy, name)
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if not about.source or not about.meaning:
            return f"must give {name!r} a meaning and a source ('prior' for a judgement of your own)"
        if is_number and (not about.unit or about.low is None or about.high is None):
            return f"must give {name!r} a unit and a range: a kind such as Fraction or Minutes, or unit=, low=, high="
        if field.annotation is str:
            return f"must list the values of {name!r}: Literal['one', 'other'] instead of str"
    return ""


def _frozen(policy: PolicyModel, cases: Cases) -> str:
    if not policy.model_config.get("frozen"):
        return "must be frozen; leave model_config as it is"
    if type(policy).__private_attributes__:
        return f"must have no private attributes, got {', '.join(type(policy).__private_attributes__)}"
    try:
        hash(policy)
    except TypeError as error:
        return f"must hold values that cannot change (tuples, not lists or arrays), but {error}"
    return ""


def _picklable(policy: PolicyModel, cases: Cases) -> str:
    try:
        back = pickle.loads(pickle.dumps(policy))
    except (pickle.PicklingError, AttributeError, TypeError) as error:
        return f"must be picklable, to go to workers: define the class at the top of a module ({error})"
    if back != policy:
        return "must equal itself after pickling"
    if any(_decide(back, seen, case) != _decide(policy, seen, case) for case, seen in cases.items()):
        return "must decide the same after pickling"
    return ""


def _imports(policy: PolicyModel, cases: Cases) -> str:
    source = foreign.source_of(type(policy))
    wrong = foreign.forbidden_imports(source) if source is not None else []
    if not foreign.is_foreign(type(policy)):  # ours may build on each other; that none sees the truth is checked in CI
        wrong = [name for name in wrong if not name.startswith("sim.policies.")]
    if not wrong:
        return ""
    return (
        f"must not use {wrong[0]!r}: a policy sees its observation only; "
        f"of the package it may import {', '.join(sorted(foreign.ALLOWED))}"
    )


def _organises(policy: PolicyModel, cases: Cases) -> str:
    for case, seen in cases.items():
        brief = seen.brief
        try:
            first, again = policy.organise(brief), policy.organise(brief)
            check_organisation(first, policy=policy.name, n_segments=brief.n_segments, n_officers=len(brief.officer))
        except OrdersError as error:
            return f"must organise every city; in the case {case!r}: {error}"
        except Exception as error:
            raise _as_broken_rule(error, "organise", case, policy) from error
        if not all(np.array_equal(getattr(first, f.name), getattr(again, f.name)) for f in fields(first)):
            return "must organise the same city in the same way"
    return ""


def _orders(policy: PolicyModel, cases: Cases) -> str:
    for case, seen in chain(cases.items(), crossed_cases()):
        try:
            check_orders(_decide(policy, seen, case), Limits.of(seen, policy.name))
        except OrdersError as error:
            return f"must give orders that can be carried out; in the case {case!r}: {error}"
    return ""


def _observation_untouched(policy: PolicyModel, cases: Cases) -> str:
    for case, seen in cases.items():
        before = _digest(seen)
        _decide(policy, seen, case)
        if _digest(seen) != before:
            return f"must leave the observation as it is; in the case {case!r} it changed it"
    return ""


def _repeatable(policy: PolicyModel, cases: Cases) -> str:
    for case, seen in cases.items():
        _decide(policy, seen, case)  # so that what it may remember of the case before is the business of 'memoryless'
        if _decide(policy, seen, case) != _decide(policy, seen, case):
            return f"must give equal orders for equal observations and chance; in the case {case!r} it does not"
    return ""


def _memoryless(policy: PolicyModel, cases: Cases) -> str:
    before, state = {case: _decide(policy, seen, case) for case, seen in cases.items()}, dict(policy.__dict__)
    for case, seen in reversed(cases.items()):
        if _decide(policy, seen, case) != before[case]:
            return "must have no memory: its orders depend on what it was asked before; the record is its memory"
    return "" if dict(policy.__dict__) == state else "must have no memory, but it changes its own attributes"


def _own_chance(policy: PolicyModel, cases: Cases) -> str:
    kept = random.getstate(), np.random.get_state()  # noqa: NPY002 - the global generator is what is watched here
    try:
        for case, seen in cases.items():
            before = _global_chance()
            _decide(policy, seen, case)
            if _global_chance() != before:
                return "must draw from the `rng` that it is given, not from `random` or `numpy.random`"
    finally:
        random.setstate(kept[0])
        np.random.set_state(kept[1])  # noqa: NPY002
    return ""


def _fast(policy: PolicyModel, cases: Cases) -> str:
    took_ms = []
    for _ in range(5):
        begin = time.perf_counter()
        _decide(policy, cases[LARGE])
        took_ms.append(1000.0 * (time.perf_counter() - begin))
    if min(took_ms) < FAST_MS:
        return ""
    return f"must decide within {FAST_MS:g} ms (a year has 1,095 shifts), took {min(took_ms):.0f} ms for 50 officers"


def _number_blind(policy: PolicyModel, cases: Cases) -> str:
    """Renumber segments and officers; skipped where a policy makes no such claim or draws by lot."""
    if not policy.number_blind:
        return ""
    for case, seen in cases.items():
        chance = np.random.default_rng(SEED)
        untouched = chance.bit_generator.state
        orders = policy.decide(seen, chance)
        if chance.bit_generator.state != untouched:
            continue
        lots = np.random.default_rng(SEED + 1)
        segment = lots.permutation(seen.brief.n_segments).astype(np.int32)
        officer = lots.permutation(len(seen.brief.officer)).astype(np.int32)
        renumbered = _decide(policy, relabel_observation(seen, segment, officer), case)
        if _as_set(renumbered) != _as_set(relabel_orders(orders, segment, officer)):
            return f"claims to be number_blind, but in the case {case!r} other numbers give other orders"
    return ""


Rule = Callable[[PolicyModel, Cases], str]
RULES: dict[str, Rule] = {
    "name": _name,
    "docstring": _docstring,
    "parameters": _parameters,
    "frozen": _frozen,
    "imports": _imports,
    "organise": _organises,
    "orders": _orders,
    "observation untouched": _observation_untouched,
    "repeatable": _repeatable,
    "memoryless": _memoryless,
    "picklable": _picklable,
    "own chance": _own_chance,
    "fast": _fast,
    "number blind": _number_blind,
}
"""Every rule by name, in the order in which they are checked."""


def _decide(policy: PolicyModel, seen: Observation, case: str = "a day shift") -> Orders:
    """Ask for orders with fresh chance; turn a failure into the rule that it breaks."""
    try:
        return policy.decide(seen, np.random.default_rng(SEED))
    except Exception as error:
        raise _as_broken_rule(error, "orders", case, policy) from error


def _as_broken_rule(error: Exception, rule: str, case: str, policy: PolicyModel) -> ConformanceError:
    who = type(policy).__name__
    if (isinstance(error, ValueError) and "read-only" in str(error)) or isinstance(error, FrozenInstanceError):
        return ConformanceError("observation untouched", f"{who} must leave what it is shown as it is, but {error}")
    if isinstance(error, ValidationError) and any(e["type"] == "frozen_instance" for e in error.errors()):
        return ConformanceError("memoryless", f"{who} must not set its own attributes; the record is its memory")
    return ConformanceError(rule, f"{who} failed in the case {case!r}: {type(error).__name__}: {error}")


def _as_set(orders: Orders) -> frozenset[Any]:
    return frozenset(orders.tasks)


def _global_chance() -> tuple[Any, ...]:
    kind, key, *rest = np.random.get_state(legacy=True)  # noqa: NPY002
    return random.getstate(), kind, key.tobytes() if isinstance(key, np.ndarray) else key, *rest


def _digest(seen: Observation) -> str:
    """Give one value that changes with anything in an observation."""
    text = hashlib.sha256()
    for part in (seen, seen.brief, seen.record):
        for column in fields(part):
            value = getattr(part, column.name)
            if isinstance(value, np.ndarray):
                text.update(_bytes_of(value))
            elif isinstance(value, int | float | tuple):
                text.update(repr(value).encode())
    return text.hexdigest()


def _bytes_of(array: NDArray[Any]) -> bytes:
    return array.tobytes() + str(array.shape).encode()
