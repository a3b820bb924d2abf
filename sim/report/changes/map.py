"""The map of what changed between two strategies: where offences were prevented, caused and displaced."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from numpy.typing import NDArray

from sim.city.streets import StreetNetwork
from sim.outcomes.changes_places import TREATED_SHARE, find_treated
from sim.report.maps import MapTheme, Panel, draw_street_maps
from sim.report.names import place_name
from sim.report.texts import Lang, text

FEWER = MapTheme("fewer", "Blues", (1.2, 3.4))
MORE = MapTheme("more", "Oranges", (1.2, 3.4))
"""blue and orange can be distinguished under every common kind of colour blindness, and each has panels of its own"""
PANELS = (("prevented", FEWER), ("caused", MORE), ("moved_out", FEWER), ("moved_in", MORE))


def draw_changes_map(  # noqa: PLR0913 - what was compared, and how it was
    net: StreetNetwork,
    by_segment: Sequence[pd.DataFrame],
    *,
    policy: str,
    baseline: str,
    n_days: int,
    treated_share: float = TREATED_SHARE,
    lang: Lang = "en",
) -> Figure:
    """Draw what was prevented, caused and displaced on each segment, the mean over pairs of runs.

    What is new minus what is gone is the change of a segment: the four maps leave nothing out, for an offence
    that stayed on its segment at another time changed nothing there.

    Parameters
    ----------
    by_segment
        one table a pair, `Changes.by_segment` of `sim.outcomes.changes_pairs`
    policy, baseline
        names of the two strategies
    n_days
        days of a run
    treated_share
        share of segments outlined, those whose police minutes rose most on average
    """
    treated = find_treated(_mean(by_segment, "extra_police_min"), share=treated_share)
    marked = np.isin(np.arange(net.n_segments), treated)
    panels = [Panel(text(lang, f"changes.map_{name}"), _mean(by_segment, name), theme) for name, theme in PANELS]
    title = text(lang, "changes.map_title").format(policy=policy, baseline=baseline)
    about = text(lang, "changes.map_about").format(city=place_name(net.name, lang), days=n_days, n=len(by_segment))
    note = text(lang, "changes.map_outlined").format(n=int(marked.sum()))
    return draw_street_maps(net, panels, title=title, about=about, marked=marked, note=note, lang=lang)


def _mean(tables: Sequence[pd.DataFrame], column: str) -> NDArray[np.float64]:
    return np.asarray(np.mean([table[column].to_numpy(np.float64) for table in tables], axis=0), np.float64)
