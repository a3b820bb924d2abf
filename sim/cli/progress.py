"""A bar with the simulated date, the rate and the time left; Ctrl-C ends a run at the end of a day."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    Task,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)  # fmt: skip
from rich.text import Text

from sim.batch.running.runs import Progress as DayCounter
from sim.clock import Clock

RunCounter = Callable[[int, int, int], None]
"""Called with the runs done, to do and failed, as `sim.batch.study.sweep.Progress`."""


LOG_EVERY_S = 60.0
"""Time between two lines in a log file."""


def tell(sentence: str) -> None:
    """Say something to the user beside the results."""
    Console(stderr=True, highlight=False).print(sentence, soft_wrap=True)


def say_now_and_then(what: str, every_s: float = 5.0) -> Callable[[int, int], None]:
    """Give a counter that says how far a step is, after its first seconds and then now and then."""
    said_at = [time.monotonic()]

    def count(done: int, total: int) -> None:
        if time.monotonic() > said_at[0] + every_s:
            said_at[0] = time.monotonic()
            tell(f"{what}: {done:,} of {total:,}")

    return count


class RateColumn(ProgressColumn):
    """Show how many simulated days, or whole runs, are done in a second."""

    def __init__(self, unit: str = "days") -> None:
        super().__init__()
        self.unit = unit

    def render(self, task: Task) -> Text:
        """Print the rate, once there is one."""
        return Text("" if task.speed is None else f"{task.speed:.3g} {self.unit}/s")


class _LogLines:
    """Say in a log file, where a bar would be empty lines, once a minute how far a job is."""

    def __init__(self, title: str, unit: str, console: Console) -> None:
        self.title, self.unit, self.console = title, unit, console
        self.first: tuple[int, float] | None = None
        self.said_at = 0.0

    def count(self, done: int, total: int, at: str) -> None:
        """Take in what is done, and print a line if the last one is a minute old."""
        now = time.monotonic()
        if self.first is None:
            self.first, self.said_at = (done, now), now
        if self.console.is_terminal or now < self.said_at + LOG_EVERY_S:
            return
        self.said_at = now
        rate = (done - self.first[0]) / (now - self.first[1])
        left = f", {rate:.3g} {self.unit}/s, {(total - done) / rate / 60.0:.0f} min left" if rate > 0.0 else ""
        self.console.print(f"{self.title}: {at}{left}", highlight=False, soft_wrap=True)


@contextmanager
def day_bar(title: str, clock: Clock | None = None, *, waiting: str = "") -> Iterator[DayCounter]:
    """Show a bar while a run goes on.

    The counter that it gives raises `KeyboardInterrupt` at the end of a day after Ctrl-C, so that no file is
    cut; a second Ctrl-C stops at once.

    Parameters
    ----------
    clock
        calendar, to print the simulated date
    waiting
        what to say before the first day is done
    """
    stop = _StopRequest()
    columns = [SpinnerColumn(), TextColumn("{task.description}"), BarColumn(24), TextColumn("{task.fields[at]}")]
    console = Console(stderr=True)
    columns += [RateColumn(), TimeRemainingColumn()]
    bar = Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
    log = _LogLines(title, "days", console)
    task = bar.add_task(title, total=None, at=waiting)

    def count(done: int, total: int) -> None:
        at = f"{done} of {total} days" if clock is None else f"{clock.date_of(done - 1)}"
        bar.update(task, completed=done, total=total, at=at if done else waiting)
        log.count(done, total, at)
        if stop.asked:
            raise KeyboardInterrupt

    with stop.on_ctrl_c(), bar:
        yield count


@contextmanager
def run_bar(title: str) -> Iterator[RunCounter]:
    """Show the runs of a sweep as they come in, their rate and the time left.

    The counter that it gives raises `KeyboardInterrupt` between two runs after Ctrl-C; a second Ctrl-C stops at once.
    """
    stop = _StopRequest()
    console = Console(stderr=True)
    columns = [SpinnerColumn(), TextColumn("{task.description}"), BarColumn(24), TextColumn("{task.fields[at]}")]
    columns += [RateColumn("runs"), TimeElapsedColumn(), TimeRemainingColumn()]
    bar = Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal, speed_estimate_period=300
    )
    log = _LogLines(title, "runs", console)
    task = bar.add_task(title, total=None, at="starting")
    there: list[int] = []

    def count(done: int, total: int, failed: int) -> None:
        there.append(done)
        words = f"{done:,} of {total:,} runs" + (f", {failed} failed" if failed else "")
        # Runs that were there before do not count for the rate.
        bar.update(task, completed=done - there[0], total=total - there[0], at=words)
        del there[1:]
        log.count(done, total, words)
        if stop.asked:
            raise KeyboardInterrupt

    with stop.on_ctrl_c(), bar:
        yield count


@contextmanager
def goes_on_from(folder: Path) -> Iterator[None]:
    """Tell a user who stops a command what is kept and how to go on."""
    try:
        yield
    except KeyboardInterrupt:
        tell(f"what is finished stays in {folder}; the same command goes on from there")
        raise


class _StopRequest:
    """Remember the first Ctrl-C and obey the second."""

    def __init__(self) -> None:
        self.asked = False

    @contextmanager
    def on_ctrl_c(self) -> Iterator[None]:
        """Listen for Ctrl-C."""
        before = signal.signal(signal.SIGINT, self._ask)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before)

    def _ask(self, number: int, frame: FrameType | None) -> None:
        if self.asked:
            raise KeyboardInterrupt
        self.asked = True
