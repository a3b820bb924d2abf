"""The figures of a report: each by its name, with the table it is drawn from, and one command that makes it again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import matplotlib as mpl
import pandas as pd
from matplotlib.figure import Figure
from PIL import Image

from sim.disk import make_folder
from sim.errors import InputError
from sim.inputs.spelling import did_you_mean
from sim.report.burden.picture import draw_burden
from sim.report.comparison.picture import draw_comparison
from sim.report.study.frontier import draw_frontier, tabulate_frontier
from sim.report.study.kept import draw_map, tabulate_disparity, tabulate_map
from sim.report.study.place import Place
from sim.report.study.turning import draw_points, tabulate_points
from sim.report.style import save_figure
from sim.report.texts import Lang

FIGURES = ("differences", "frontier", "disparity", "map", "points")
PAGE_DPI = 150
PAGE_COLOURS = 64


@dataclass(frozen=True)
class Picture:
    """Name a figure, and make it or its table when asked."""

    name: str
    draw: Callable[[], Figure]
    tabulate: Callable[[], pd.DataFrame]


def list_pictures(
    place: Place, ledgers: Mapping[str, list[Path]], *, lang: Lang, suffix: str = ""
) -> dict[str, Picture]:
    """List the figures that a place has; `suffix` tells the places of a study apart."""
    pictures: dict[str, Picture] = {}

    def add(name: str, draw: Callable[[], Figure], tabulate: Callable[[], pd.DataFrame]) -> None:
        pictures[name] = Picture(name + suffix, draw, tabulate)

    if place.options:
        add(
            "differences",
            lambda: draw_comparison(place.differences, baseline=place.baseline, lang=lang),
            lambda: place.differences,
        )
        add("frontier", lambda: draw_frontier(place, lang=lang), lambda: tabulate_frontier(place))
    if ledgers:
        kept = dict(ledgers)
        shown = {place.shown: kept[place.shown]}
        add(
            "disparity",
            lambda: draw_burden(_of_migrants(tabulate_disparity(shown)), lang=lang),
            lambda: tabulate_disparity(kept),
        )
        add("map", lambda: draw_map(place, kept, lang=lang), lambda: tabulate_map(place, kept).reset_index())
    if place.options and place.is_varied:
        add("points", lambda: draw_points(place, lang=lang), lambda: tabulate_points(place))
    return pictures


def write_picture(pictures: Mapping[str, Picture], name: str, folder: Path) -> list[Path]:
    """Write one figure as PNG and SVG, and its table as CSV.

    Raises
    ------
    InputError
        If the study has no such figure.
    """
    by_name = {one.name: one for one in pictures.values()}
    if name not in by_name:
        raise InputError(
            f"--figure must be one of {', '.join(by_name)} for this study, got {name!r}" + did_you_mean(name, by_name)
        )
    make_folder(folder)
    csv = folder / f"{name}.csv"
    by_name[name].tabulate().to_csv(csv, index=False)
    return [*save_figure(by_name[name].draw(), folder / name), csv]


def as_svg(figure: Figure) -> bytes:
    """Give a figure as SVG, the same bytes every time."""
    out = BytesIO()
    with mpl.rc_context({"svg.hashsalt": "cpsim", "svg.fonttype": "path"}):
        figure.savefig(out, format="svg", facecolor="white", metadata={"Date": None})
    return out.getvalue()


def as_png(figure: Figure) -> bytes:
    """Give a figure as PNG of few colours: a map of many streets is smaller so than as SVG."""
    drawn, out = BytesIO(), BytesIO()
    figure.savefig(drawn, format="png", dpi=PAGE_DPI, facecolor="white")
    with Image.open(drawn) as image:
        few = image.convert("RGB").quantize(PAGE_COLOURS, dither=Image.Dither.NONE)
    few.save(out, format="png", optimize=True)
    return out.getvalue()


def _of_migrants(table: pd.DataFrame) -> pd.DataFrame:
    return table[table["by"] == "migrant"]
