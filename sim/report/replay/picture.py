"""The picture of a replay: percentiles of the recorded waits and of the simulated ones, group by group."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from sim.batch.replay.study import Replay
from sim.report.captions import scenario_residents
from sim.report.names import scenario_name
from sim.report.replay.text import group_words, verdict_sentence
from sim.report.style import COLOURS, INK, add_note, picture, save_figure
from sim.report.texts import Lang, text


def plot_replay(replay: Replay, *, out: Path, lang: Lang = "en") -> list[Path]:
    """Draw a replay as PNG and SVG; `out` is the file without suffix. Without recorded arrivals there is no picture."""
    return list(save_figure(draw_replay(replay, lang=lang), out)) if len(replay.held) else []


def draw_replay(replay: Replay, *, lang: Lang = "en") -> Figure:
    """Draw the 10th to 90th percentile of each group as a line, and the median as a point, recorded and simulated."""
    waits = replay.held[replay.held["quantity"] == "wait"]
    groups = list(dict.fromkeys(zip(waits["by"], waits["group"], strict=True)))
    scenario = replay.deployments[0].scenario
    title = f"{text(lang, 'replay.title')}  ·  {scenario_name(scenario.name, lang)}"
    height = 1.9 + 0.3 * len(groups)
    with picture(8.0, height, lang=lang, title=title, small=verdict_sentence(replay, lang)) as figure:
        axes = figure.add_subplot()
        at = {group: -i for i, group in enumerate(groups)}
        for name, shift, colour in (("recorded", 0.14, INK), ("simulated", -0.14, COLOURS["burglary"])):
            for group, y in at.items():
                own = waits[(waits["by"] == group[0]) & (waits["group"] == group[1])].set_index("percentile")[name]
                known = own[np.isfinite(own.to_numpy())]
                axes.plot(known, np.full(len(known), y + shift), color=colour, linewidth=1.2, solid_capstyle="butt")
                axes.plot(known.get([50], default=[]), [y + shift] * int(50 in known.index), "o", color=colour, ms=4)
            axes.plot([], [], "o-", color=colour, ms=4, label=text(lang, f"replay.{name}"))
        axes.set_yticks(list(at.values()), [group_words(*group, lang) for group in groups])
        axes.set_xlabel(text(lang, "replay.axis").format(time=text(lang, "replay.wait")))
        axes.set_xlim(left=0.0)
        axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=2)
        add_note(figure, text(lang, "map.synthetic_people"), scenario_residents(scenario, lang))
    return figure
