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
from sim.report.sentences import note_sentence
from sim.report.texts import Lang, text

RunCounter = Callable[[int, int, int], None]
"""Called with the runs done, to do and failed, as `sim.batch.study.sweep.Progress`."""


LOG_EVERY_S = 60.0
"""Time between two lines in a log file."""


def tell(sentence: str) -> None:
    """Say something to the user beside the results."""
    Console(stderr=True, highlight=False).print(sentence, soft_wrap=True)


def teller(lang: Lang) -> Callable[[str], None]:
    """Give what the steps of a command say their English sentences with, so that they reach the user in a language."""
    return lambda sentence: tell(note_sentence(sentence, lang))


def count_points(name: str, lang: Lang = "en", every_s: float = 5.0) -> Callable[[int, int], None]:
    """Give a counter that says how far the points of a study are laid out, after some seconds and then now and then."""
    said_at = [time.monotonic()]

    def count(done: int, total: int) -> None:
        if time.monotonic() > said_at[0] + every_s:
            said_at[0] = time.monotonic()
            tell(text(lang, "progress.of_points").format(name=name, done=f"{done:,}", total=f"{total:,}"))

    return count


class RateColumn(ProgressColumn):
    """Show how many simulated days, or whole runs, are done in a second."""

    def __init__(self, unit: str, lang: Lang) -> None:
        super().__init__()
        self.unit, self.lang = unit, lang

    def render(self, task: Task) -> Text:
        """Print the rate, once there is one."""
        if task.speed is None:
            return Text("")
        return Text(text(self.lang, "progress.rate").format(rate=f"{task.speed:.3g}", unit=self.unit))


class _LogLines:
    """Say in a log file, where a bar would be empty lines, once a minute how far a job is."""

    def __init__(self, title: str, unit: str, console: Console, lang: Lang) -> None:
        self.title, self.unit, self.console, self.lang = title, unit, console, lang
        self.first: tuple[int, float] | None = None
        self.said_at = 0.0

    def count(self, done: int, total: int, when: str) -> None:
        """Take in what is done, and print a line if the last one is a minute old."""
        now = time.monotonic()
        if self.first is None:
            self.first, self.said_at = (done, now), now
        if self.console.is_terminal or now < self.said_at + LOG_EVERY_S:
            return
        self.said_at = now
        rate = (done - self.first[0]) / (now - self.first[1])
        left = ""
        if rate > 0.0:
            minutes = f"{(total - done) / rate / 60.0:.0f}"
            left = text(self.lang, "progress.left").format(rate=f"{rate:.3g}", unit=self.unit, minutes=minutes)
        line = text(self.lang, "progress.line").format(title=self.title, state=when, left=left)
        self.console.print(line, highlight=False, soft_wrap=True)


@contextmanager
def day_bar(title: str, clock: Clock | None = None, *, lang: Lang = "en") -> Iterator[DayCounter]:
    """Show a bar while a run goes on.

    The counter that it gives raises `KeyboardInterrupt` at the end of a day after Ctrl-C, so that no file is
    cut; a second Ctrl-C stops at once.

    Parameters
    ----------
    clock
        calendar of the one run, to print the simulated date; without it, several runs go on
    """
    unit = text(lang, "progress.days")
    waiting = text(lang, "progress.cities" if clock is None else "progress.one_city")
    stop = _StopRequest()
    columns = [SpinnerColumn(), TextColumn("{task.description}"), BarColumn(24), TextColumn("{task.fields[at]}")]
    console = Console(stderr=True)
    columns += [RateColumn(unit, lang), TimeRemainingColumn()]
    bar = Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
    log = _LogLines(title, unit, console, lang)
    task = bar.add_task(title, total=None, at=waiting)

    def count(done: int, total: int) -> None:
        of_days = text(lang, "progress.of_days").format(done=done, total=total)
        when = of_days if clock is None else f"{clock.date_of(done - 1)}"
        bar.update(task, completed=done, total=total, at=when if done else waiting)
        log.count(done, total, when)
        if stop.asked:
            raise KeyboardInterrupt

    with stop.on_ctrl_c(), bar:
        yield count


@contextmanager
def run_bar(title: str, lang: Lang = "en") -> Iterator[RunCounter]:
    """Show the runs of a sweep as they come in, their rate and the time left.

    The counter that it gives raises `KeyboardInterrupt` between two runs after Ctrl-C; a second Ctrl-C stops at once.
    """
    stop = _StopRequest()
    unit = text(lang, "progress.runs")
    console = Console(stderr=True)
    columns = [SpinnerColumn(), TextColumn("{task.description}"), BarColumn(24), TextColumn("{task.fields[at]}")]
    columns += [RateColumn(unit, lang), TimeElapsedColumn(), TimeRemainingColumn()]
    bar = Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal, speed_estimate_period=300
    )
    log = _LogLines(title, unit, console, lang)
    task = bar.add_task(title, total=None, at=text(lang, "progress.starting"))
    there: list[int] = []

    def count(done: int, total: int, failed: int) -> None:
        there.append(done)
        words = text(lang, "progress.of_runs").format(done=f"{done:,}", total=f"{total:,}")
        words += text(lang, "progress.n_failed").format(n=failed) if failed else ""
        # Runs that were there before do not count for the rate.
        bar.update(task, completed=done - there[0], total=total - there[0], at=words)
        del there[1:]
        log.count(done, total, words)
        if stop.asked:
            raise KeyboardInterrupt

    with stop.on_ctrl_c(), bar:
        yield count


@contextmanager
def goes_on_from(folder: Path, lang: Lang = "en") -> Iterator[None]:
    """Tell a user who stops a command what is kept and how to go on."""
    try:
        yield
    except KeyboardInterrupt:
        tell(text(lang, "progress.kept").format(folder=folder))
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
