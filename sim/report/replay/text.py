"""A replay in words: the verdict and its reasons first, then the tables that it stands on."""

from __future__ import annotations

import math
from collections.abc import Mapping

from sim.batch.replay.study import Replay
from sim.batch.replay.verdict import DIFFERENCES, MAY, Reason
from sim.report.captions import scenario_residents, stand_in_line, synthetic_label
from sim.report.names import scenario_name
from sim.report.page import Page, Table
from sim.report.texts import Lang, text

ACCOUNT = ("rows", "used", "no_hour", "no_unit", "no_place", "no_priority", "no_type")
AS_WRITTEN = ("n", "least", "of", "pct", "most")


def verdict_sentence(replay: Replay, lang: Lang) -> str:
    """Say whether the replay may be used."""
    return text(lang, f"replay.{replay.verdict.word}")


def replay_page(replay: Replay, lang: Lang) -> Page:
    """Give all that is said of a replay."""
    scenario = replay.deployments[0].scenario
    page: list[str | Table] = [verdict_sentence(replay, lang)]
    page += [reason_sentence(reason, lang) for reason in replay.verdict.reasons]
    page.append(
        text(lang, "replay.head").format(
            scenario=scenario_name(scenario.name, lang),
            people=scenario_residents(scenario, lang),
            calls=f"{replay.n_calls:,}",
            days=scenario.n_days - replay.from_day,
            start=scenario.start,
            arrivals=f"{replay.n_arrivals:,}",
            seeds=len(replay.seeds),
            service=f"{replay.n_drawn_service:,}",
        )
    )
    if replay.account:
        page.append(text(lang, "replay.account").format(**{name: replay.account.get(name, 0) for name in ACCOUNT}))
    page.append(synthetic_label(lang, short=True))
    if scenario.stand_in:
        page.append(stand_in_line(scenario, lang))
    if len(replay.held):
        page.append(held_table(replay, lang))
    usable = replay.verdict.word in {MAY, DIFFERENCES}
    if len(replay.differences):
        page += [] if usable else [text(lang, "replay.anyway")]
        page.append(difference_table(replay, lang))
    elif len(replay.deployments) > 1:
        page.append(text(lang, "replay.not_tried"))
    return [*page, text(lang, "replay.notes")]


def reason_sentence(reason: Reason, lang: Lang) -> str:
    """Say one reason of a verdict."""
    values = {
        name: value if name in AS_WRITTEN else minutes(value) if isinstance(value, float) else value
        for name, value in reason.values.items()
    }
    which = values.get("which")
    if isinstance(which, list):
        values["which"] = ", ".join(str(one) for one in which)
    if "percentile" in values:
        group = group_words(str(values["by"]), str(values["group"]), lang)
        values["what"] = text(lang, "replay.percentile").format(group=group, percentile=values["percentile"])
    return text(lang, f"replay.{reason.key}").format(**values)


def group_words(by: str, group: str, lang: Lang) -> str:
    """Name a group of calls."""
    if by == "priority" and group == "0":
        return text(lang, "replay.no_priority")
    return text(lang, f"replay.by_{by}").format(group=group)


def held_table(replay: Replay, lang: Lang) -> Table:
    """Lay out what was recorded and what was simulated."""
    rows = [
        [
            text(lang, f"replay.{row['quantity']}"), group_words(row["by"], row["group"], lang), str(row["percentile"]),
            f"{row['n']:,}", minutes(row["recorded"]), minutes(row["simulated"]), minutes(row["difference"]),
            f"{minutes(row['low_90'])} … {minutes(row['high_90'])}",
        ]
        for row in replay.held.to_dict("records")
    ]  # fmt: skip
    return Table(text(lang, "replay.held"), text(lang, "replay.held_heads").split("|"), rows)


def difference_table(replay: Replay, lang: Lang) -> Table:
    """Lay out how other deployments differ from the one as it was."""
    rows = [
        [
            row["policy"], text(lang, f"replay.measure_{row['measure']}"), minutes(row["baseline"]),
            minutes(row["difference"]), f"{minutes(row['low'])} … {minutes(row['high'])}", _told(row, lang),
        ]
        for row in replay.differences.to_dict("records")
    ]  # fmt: skip
    return Table(text(lang, "replay.others"), text(lang, "replay.others_heads").split("|"), rows)


def _told(row: Mapping[str, float], lang: Lang) -> str:
    if row["high"] < 0.0:
        return text(lang, "replay.clear_less")
    return text(lang, "replay.clear_more" if row["low"] > 0.0 else "replay.unclear")


def minutes(value: object) -> str:
    """Write minutes or a share; one without end, or not known, as a sign."""
    number = float(str(value))
    if math.isnan(number):
        return "–"
    return f"{number:.1f}" if math.isfinite(number) else "∞"
