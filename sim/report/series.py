"""Pictures of time: months, the hours of the week, and what residents feel.

Each takes the tables of one run or of several runs that differ in their seed; with several, a band
shows how far the mean of the runs may be off.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from sim.outcomes.columns import read_block
from sim.outcomes.week import HOURS_A_WEEK, list_busy_weeks, list_weeks
from sim.params import CRIMES
from sim.report.style import COLOURS, INK, MUTED, PALE, add_note, picture_style
from sim.report.texts import Lang, text

Floats = NDArray[np.float64]
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
FEELINGS = {"security": "#0072B2", "satisfaction": "#D55E00", "trust": "#009E73"}


def draw_months(days: Sequence[pd.DataFrame], *, start: date, lang: Lang = "en") -> Figure:
    """Draw what happened and what was recorded, by month, for each type and for all.

    Parameters
    ----------
    days
        the daily panel of each run
    start
        first day of the runs
    """
    true = [mean_by_month(panel, "n_offences", start) for panel in days]
    recorded = [mean_by_month(panel, "n_recorded", start) for panel in days]
    with picture_style():
        figure = Figure(figsize=(8.0, 5.0), layout="constrained")
        figure.suptitle(text(lang, "months.title"), x=0.01, ha="left")
        for axes, name in zip(figure.subplots(2, 3).ravel(), (*CRIMES, "all"), strict=True):
            months = true[0].index.to_numpy()
            _draw_band(axes, months, _stack(true, name), COLOURS[name], "-", text(lang, "months.true"))
            _draw_band(axes, months, _stack(recorded, name), MUTED, "--", text(lang, "months.recorded"))
            axes.set_title(text(lang, f"crimes.{name}"), color=COLOURS[name])
            axes.set_ylim(bottom=0)
            _label_months(axes, months)
        first = figure.axes[0]
        first.set_ylabel(text(lang, "months.a_day"))
        figure.axes[3].set_ylabel(text(lang, "months.a_day"))
        figure.axes[-1].legend(loc="lower right")
        _note_runs(figure, len(days), lang)
    return figure


def mean_by_month(days: pd.DataFrame, column: str, start: date) -> pd.DataFrame:
    """Average a count by type over the days of each calendar month; a month cut short is no dip.

    Returns
    -------
    table
        one row a month (its first day), columns the crime types and 'all'; a day
    """
    dates = np.datetime64(start) + days["day"].to_numpy(np.int64)
    table = pd.DataFrame(read_block(days, column, CRIMES), columns=list(CRIMES))
    table["all"] = table.sum(axis=1)
    return table.groupby(dates.astype("datetime64[M]").astype("datetime64[ns]")).mean()


def draw_week(
    offences: Sequence[pd.DataFrame], calls: Sequence[pd.DataFrame], *, start: date, n_days: int, lang: Lang = "en"
) -> Figure:
    """Draw offences, calls and officers on calls by the hour of the week.

    Of one run the band tells how far the mean over its weeks may be off, of several that over the runs.
    """
    first = start.weekday()
    panels = {
        "offences": [list_weeks(t["t"].to_numpy(np.float64), first_weekday=first, n_days=n_days) for t in offences],
        "calls": [list_weeks(t["t_call"].to_numpy(np.float64), first_weekday=first, n_days=n_days) for t in calls],
        "busy": [list_busy_weeks(t, first_weekday=first, n_days=n_days) for t in calls],
    }
    n_runs = len(offences)
    hours = np.arange(HOURS_A_WEEK) + 0.5
    with picture_style():
        figure = Figure(figsize=(8.0, 6.0), layout="constrained")
        figure.suptitle(text(lang, "week.title"), x=0.01, ha="left")
        for axes, (name, weeks) in zip(figure.subplots(3, 1, sharex=True), panels.items(), strict=True):
            rows = weeks[0] if n_runs == 1 else np.stack([np.nanmean(w, axis=0) for w in weeks])
            _shade_nights(axes)
            _draw_band(axes, hours, rows, INK, "-", "")
            axes.set_title(text(lang, f"week.{name}"))
            axes.set_ylim(bottom=0)
            axes.set_xlim(0, HOURS_A_WEEK)
        names = [text(lang, f"days.{day}") for day in WEEKDAYS]
        figure.axes[-1].set_xticks(np.arange(12, HOURS_A_WEEK, 24), names)
        figure.axes[-1].tick_params(axis="x", length=0)
        n_weeks = len(panels["offences"][0])
        note = "interval_weeks" if n_runs == 1 else "interval_seeds"
        people = text(lang, "map.synthetic_people")
        add_note(figure, people, text(lang, f"notes.{note}").format(n=n_weeks if n_runs == 1 else n_runs))
    return figure


def draw_attitudes(days: Sequence[pd.DataFrame], *, start: date, lang: Lang = "en") -> Figure:
    """Draw the mean security, satisfaction and trust of residents, day by day."""
    dates = (np.datetime64(start) + days[0]["day"].to_numpy(np.int64)).astype("datetime64[ns]")
    with picture_style():
        figure = Figure(figsize=(8.0, 3.6), layout="constrained")
        axes = figure.add_subplot()
        axes.set_title(text(lang, "attitudes.title"), fontsize=12)
        for (name, colour), line in zip(FEELINGS.items(), ("-", "--", "-."), strict=True):
            rows = np.stack([panel[name].to_numpy(np.float64) for panel in days])
            _draw_band(axes, dates, rows, colour, line, text(lang, f"attitudes.{name}"))
        axes.set_ylabel(text(lang, "attitudes.scale"))
        axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))
        _label_months(axes, dates)
        _note_runs(figure, len(days), lang)
    return figure


def _stack(tables: Sequence[pd.DataFrame], name: str) -> Floats:
    return np.stack([table[name].to_numpy(np.float64) for table in tables])


def _draw_band(  # noqa: PLR0913, PLR0917 - a line and its looks
    axes: Axes, x: NDArray[np.generic], rows: Floats, colour: str, line: str, label: str
) -> None:
    """Draw the mean of rows (runs or weeks), and its 95 % interval where there are at least two."""
    known = np.maximum((~np.isnan(rows)).sum(axis=0), 1)
    mean = np.nansum(rows, axis=0) / known
    axes.plot(x, mean, color=colour, linestyle=line, label=label)
    if len(rows) > 1:
        half = _student(known) * np.sqrt(np.nansum((rows - mean) ** 2, axis=0) / np.maximum(known - 1, 1) / known)
        axes.fill_between(x, mean - half, mean + half, color=colour, alpha=0.2, linewidth=0)


def _student(n: NDArray[np.int64]) -> Floats:
    from scipy.stats import t  # noqa: PLC0415 - slow to import

    return np.asarray(t.ppf(0.975, np.maximum(n - 1, 1)), np.float64)


def _label_months(axes: Axes, dates: NDArray[np.generic]) -> None:
    """Mark the begin of up to seven months by number, and of years by name."""
    months = np.unique(dates.astype("datetime64[M]"))
    shown = months[:: max(1, -(-len(months) // 7))]
    texts = [str(month) if i == 0 or str(month).endswith("-01") else str(month)[5:] for i, month in enumerate(shown)]
    axes.set_xticks(shown.astype("datetime64[D]"), texts)


def _shade_nights(axes: Axes) -> None:
    for day in range(7):
        axes.axvspan(24 * day, 24 * day + 6, color=PALE, alpha=0.5, linewidth=0, zorder=0)


def _note_runs(figure: Figure, n_runs: int, lang: Lang) -> None:
    kind = "interval_seeds" if n_runs > 1 else "one_run"
    add_note(figure, text(lang, "map.synthetic_people"), text(lang, f"notes.{kind}").format(n=n_runs))
