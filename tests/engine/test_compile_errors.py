"""What cannot be compiled is told in a few lines: the function, the line and the cause."""

from __future__ import annotations

import inspect
import traceback

import pytest
from worlds import scenario

from sim.agents.state import State
from sim.compiling.compiled import MANNER, compiled
from sim.compiling.faults import CompileError
from sim.world import build_world

pytestmark = pytest.mark.skipif(MANNER == "uncompiled", reason="nothing is compiled")


@compiled
def reads_no_column(w: State, segment: int) -> float:
    return float(w.segments[segment].hardning)


@compiled
def reads_no_array(w: State, segment: int) -> int:
    return w.segmnts.size + segment


@compiled
def adds_what_cannot_be_added(w: State, segment: int) -> int:
    return segment + "1"


@compiled
def calls_by_three_steps(w: State, which: int) -> float:
    return calls_by_two_steps(w, which)


@compiled
def calls_by_two_steps(w: State, which: int) -> float:
    return reads_no_column(w, which)


@pytest.fixture(scope="module")
def state():
    return build_world(scenario(people__n_residents=300), 1).state


@pytest.mark.parametrize(
    ("called", "faulty", "named"),
    [
        (reads_no_column, reads_no_column, "called 'hardning' (did you mean 'hardening'?)"),
        (calls_by_three_steps, reads_no_column, "called 'hardning' (did you mean 'hardening'?)"),
        (reads_no_array, reads_no_array, "segmnts"),
        (adds_what_cannot_be_added, adds_what_cannot_be_added, "add(int64, Literal[str](1))"),
    ],
)
def test_a_fault_is_told_in_a_few_lines_with_its_place(state, called, faulty, named):
    with pytest.raises(CompileError) as caught:
        called(state, 0)
    told = "".join(traceback.format_exception(caught.value))
    assert len(told.splitlines()) < 15, told
    line = inspect.getsourcelines(faulty.py_func)[1] + 2
    assert f"test_compile_errors.py:{line} in {faulty.__name__}: " in str(caught.value)
    assert named in str(caught.value)
