"""Progress where no bar can be drawn: lines in a log, and not too many."""

from __future__ import annotations

import pytest

from sim.cli import progress
from sim.cli.progress import run_bar


class Clock:
    """A clock that is set by hand."""

    now = 1_000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(progress, "time", clock)
    return clock


def test_a_log_file_gets_a_line_a_minute_with_the_rate_of_this_start_and_the_time_left(
    clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    with run_bar("night") as count:
        for done in range(100, 131):  # a hundred were there before: they say nothing of the rate
            count(done, 400, 1)
            clock.now += 10.0
    lines = [line for line in capsys.readouterr().err.splitlines() if line.strip()]
    assert lines == [
        f"night: {100 + 6 * n} of 400 runs, 1 failed, 0.1 runs/s, {(300 - 6 * n) / 6:.0f} min left" for n in range(1, 6)
    ]


def test_a_short_job_says_nothing_and_one_that_stands_still_gives_no_rate(
    clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    with run_bar("short") as count:
        count(0, 4, 0)
        clock.now += 59.0
        count(4, 4, 0)
    assert not capsys.readouterr().err.strip()
    with run_bar("stuck") as count:
        count(2, 4, 0)
        clock.now += 61.0
        count(2, 4, 1)
    assert capsys.readouterr().err.strip() == "stuck: 2 of 4 runs, 1 failed"
