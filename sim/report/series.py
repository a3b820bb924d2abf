"""Pictures of time: months, the hours of the week, and what residents feel.

Each takes the tables of one run or of several runs that differ in their seed; with several, a band
shows how far the mean of the runs may be off.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Literal

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from sim.outcomes.columns import read_block
from sim.outcomes.week import HOURS_A_WEEK, list_busy_weeks, list_weeks
from sim.params import CRIMES
from sim.report.marks import LEGEND_IN, draw_legend
from sim.report.style import COLOURS, INK, MUTED, PALE, add_note, picture
from sim.report.texts import Lang, text

Floats = NDArray[np.float64]
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHLY_DAYS = 3 * 365
"""Of a longer run quarters are drawn: a line of more months is noise to the eye."""
WEEK_DAYS, YEAR_MONTHS = 7, 12
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
    months = 1 if len(days[0]) <= MONTHLY_DAYS else 3
    true = [mean_by_month(panel, "n_offences", start, months=months) for panel in days]
    recorded = [mean_by_month(panel, "n_recorded", start, months=months) for panel in days]
    title = text(lang, "months.title" if months == 1 else "months.quarters")
    with picture(8.0, 5.0, lang=lang, title=title) as figure:
        grid = figure.add_gridspec(3, 3, height_ratios=[LEGEND_IN, 2.0, 2.0])
        for i, name in enumerate((*CRIMES, "all")):
            axes = figure.add_subplot(grid[1 + i // 3, i % 3])
            begins = true[0].index.to_numpy()
            _draw_band(axes, begins, _stack(true, name), COLOURS[name], "-", "")
            _draw_band(axes, begins, _stack(recorded, name), MUTED, "--", "")
            axes.set_title(text(lang, f"crimes.{name}"), color=COLOURS[name])
            axes.set_ylim(bottom=0)
            _label_months(axes, begins, most=4)
            if i % 3 == 0:
                axes.set_ylabel(text(lang, "months.a_day"))
        lines: dict[str, tuple[str, Literal["-", "--"]]] = {"true": (INK, "-"), "recorded": (MUTED, "--")}
        handles = [
            Line2D([], [], color=colour, linestyle=line, label=text(lang, f"months.{name}"))
            for name, (colour, line) in lines.items()
        ]
        draw_legend(figure.add_subplot(grid[0, :]), handles)
        _note_runs(figure, len(days), lang)
    return figure


def mean_by_month(days: pd.DataFrame, column: str, start: date, *, months: int = 1) -> pd.DataFrame:
    """Average a count by type over the days of each calendar month; a month cut short is no dip.

    Less than a week of a month says nothing of it and is left out.

    Parameters
    ----------
    months
        how many are taken together: 3 for quarters

    Returns
    -------
    table
        one row for each month (its first day), columns the crime types and 'all'; a day
    """
    dates = np.datetime64(start) + days["day"].to_numpy(np.int64)
    table = pd.DataFrame(read_block(days, column, CRIMES), columns=list(CRIMES))
    table["all"] = table.sum(axis=1)
    month = dates.astype("datetime64[M]").astype(np.int64)
    begin = (month - month % months).astype("datetime64[M]").astype("datetime64[ns]")
    by_month = table.groupby(begin)
    whole = by_month.size() >= WEEK_DAYS
    means = by_month.mean()
    return means[whole.to_numpy()] if whole.any() else means


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
    with picture(8.0, 5.8, lang=lang, title=text(lang, "week.title")) as figure:
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
    with picture(8.0, 3.4, lang=lang, title=text(lang, "attitudes.title")) as figure:
        axes = figure.add_subplot()
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
    n_known = np.maximum((~np.isnan(rows)).sum(axis=0), 1)
    mean = np.nansum(rows, axis=0) / n_known
    axes.plot(x, mean, color=colour, linestyle=line, label=label)
    if len(rows) > 1:
        half = _student(n_known) * np.sqrt(np.nansum((rows - mean) ** 2, axis=0) / np.maximum(n_known - 1, 1) / n_known)
        axes.fill_between(x, mean - half, mean + half, color=colour, alpha=0.2, linewidth=0)


def _student(n: NDArray[np.int64]) -> Floats:
    from scipy.stats import t  # noqa: PLC0415 - slow to import

    return np.asarray(t.ppf(0.975, np.maximum(n - 1, 1)), np.float64)


def _label_months(axes: Axes, dates: NDArray[np.generic], *, most: int = 7) -> None:
    """Mark the begin of a few months by number and of years by name; of more than two years, the years alone."""
    months = np.unique(dates.astype("datetime64[M]"))
    years = months[months.astype(np.int64) % YEAR_MONTHS == 0]
    if (months[-1] - months[0]).astype(int) > 2 * YEAR_MONTHS and len(years):
        shown = years[:: max(1, -(-len(years) // most))]
        axes.set_xticks(shown.astype("datetime64[D]"), [str(year)[:4] for year in shown])
        return
    shown = months[:: max(1, -(-len(months) // most))]
    texts = [str(month) if i == 0 or str(month).endswith("-01") else str(month)[5:] for i, month in enumerate(shown)]
    axes.set_xticks(shown.astype("datetime64[D]"), texts)


def _shade_nights(axes: Axes) -> None:
    for day in range(7):
        axes.axvspan(24 * day, 24 * day + 6, color=PALE, alpha=0.5, linewidth=0, zorder=0)


def _note_runs(figure: Figure, n_runs: int, lang: Lang) -> None:
    kind = "interval_seeds" if n_runs > 1 else "one_run"
    add_note(figure, text(lang, "map.synthetic_people"), text(lang, f"notes.{kind}").format(n=n_runs))
