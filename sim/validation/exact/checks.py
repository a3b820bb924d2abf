"""All exact answers in the order in which they are asked; a new one goes here, and its words to `answers.toml`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from sim.validation.exact.answer import Check, ExactAnswer, ask_exact
from sim.validation.exact.books import compare_books
from sim.validation.exact.cores import compare_cores
from sim.validation.exact.draws import N_WEAK, WEAK, compare_battery, compare_published
from sim.validation.exact.hypercube import compare_approximation, compare_engine
from sim.validation.exact.poisson import compare_calls
from sim.validation.exact.queues import SERVERS, compare_erlang, compare_priorities
from sim.validation.exact.walk import compare_patrol

CHECKS = (
    Check("erlang", compare_erlang, {
        "one server more": partial(compare_erlang, servers=SERVERS + 1),
        "times at a call that are no exponential": partial(compare_erlang, exponential=False),
    }),
    Check("priorities", compare_priorities, {"calls in turn": partial(compare_priorities, in_turn=True)}),
    Check("hypercube", compare_approximation, {"farthest unit": partial(compare_approximation, farthest=True)}),
    Check("hypercube_engine", compare_engine, {"two posts exchanged": partial(compare_engine, swapped=True)}),
    Check("walk", compare_patrol, {"a walk that turns back": partial(compare_patrol, turns_back=True)}),
    Check("poisson", compare_calls, {
        "one rate at all hours": partial(compare_calls, flat=True),
        "too even": partial(compare_calls, every_second=True),
        "in clusters": partial(compare_calls, in_pairs=True),
    }),
    Check("books", compare_books, {
        f"lost: {what}": partial(compare_books, lose=what)
        for what in ("offences", "calls", "incidents", "contacts", "arrests", "minute", "resident")
    }),
    Check("cores", compare_cores, {"smaller draws": partial(compare_cores, smaller=True)}),
    Check("threefry", compare_published, {"twelve rounds": partial(compare_published, rounds=12)}),
    Check("battery", compare_battery, {
        name: partial(compare_battery, generator=weak, n_words=N_WEAK) for name, weak in WEAK.items()
    }),
)  # fmt: skip


def ask_all(
    checks: Sequence[Check] = CHECKS, *, full: bool = False, progress: Callable[[int, int], None] | None = None
) -> list[ExactAnswer]:
    """Ask every exact answer.

    Parameters
    ----------
    progress
        called with the checks done and to do
    """
    answers = []
    for i, check in enumerate(checks):
        answers.append(ask_exact(check, full=full))
        if progress is not None:
            progress(i + 1, len(checks))
    return answers
