"""The report of a study as one HTML page: pictures, style and font are inside it, and nothing is fetched."""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
import pandas as pd

from sim.batch.decide import Answer
from sim.batch.store.read import StudyRuns
from sim.disk import write_whole
from sim.outcomes.measures import BURDEN, MEASURES
from sim.report.names import scenario_name
from sim.report.numbers import amount, number
from sim.report.staffing.text import target_words
from sim.report.study import words
from sim.report.study.about import caveats, methods, today
from sim.report.study.disparity import disparity_table
from sim.report.study.figures import Picture, as_png, as_svg, list_pictures
from sim.report.study.fonts import cut_font
from sim.report.study.frontier import find_dominated
from sim.report.study.kept import find_ledgers
from sim.report.study.over_sets import sets_words
from sim.report.study.place import COST, Place, make_places
from sim.report.study.turning_words import median_rows, points_words, turning_words
from sim.report.texts import Lang, text

TEMPLATE = "report.html"
IN_POINTS = ("map",)
"""Figures that are smaller as points than as lines."""


def write_report(study: StudyRuns, out: Path, *, lang: Lang = "en") -> str:
    """Write the report of a study into a file, and give its HTML."""
    html = render_report(study, lang=lang)
    write_whole(out, lambda file: file.write(html.encode()))
    return html


def pictures_of(study: StudyRuns, *, lang: Lang = "en") -> dict[str, Picture]:
    """List the figures of a study under the names that `--figure` takes."""
    places = make_places(study, lang)
    return {
        one.name: one
        for place in places
        for one in list_pictures(
            place, find_ledgers(place, study.path), lang=lang, suffix=_suffix(place, places)
        ).values()
    }


def render_report(study: StudyRuns, *, lang: Lang = "en") -> str:
    """Make the page."""
    places = make_places(study, lang)
    content = {
        "lang": lang,
        "study": study.study,
        "own_rule": "decision" in study.study.model_fields_set,
        "date": today(),
        "model": study.manifest["model"],
        "caveats": caveats(study, places, lang),
        "places": [_describe_place(study, place, places, lang) for place in places],
        "methods": methods(study, places, lang),
    }
    template = _template()
    plain = template.render(content, font="", say=_sayer(lang))
    return template.render(content, font=cut_font(plain), say=_sayer(lang))


def _describe_place(study: StudyRuns, place: Place, places: list[Place], lang: Lang) -> dict[str, Any]:
    """Lay out one scenario as the template reads it; of several, each is short."""
    ledgers = find_ledgers(place, study.path)
    pictures = list_pictures(place, ledgers, lang=lang, suffix=_suffix(place, places))
    if len(places) > 1:
        pictures.pop("map", None)
    options = [name for name in place.policies if name != place.baseline]
    over_sets = sets_words(study, place, lang)
    is_decided = bool(options) and place.decided.answer is not Answer.NO_INTERVAL
    n_tests = len(options) * len(place.measures)
    return {
        "scenario": scenario_name(place.scenario, lang),
        "baseline": place.baseline,
        "shown": place.shown,
        "seeds": place.seeds,
        "answer": words.answer_words(place, lang),
        "leading": words.leading_words(place, lang) if is_decided else "",
        "led_by": _led_by(place, lang) if is_decided else "",
        "leader": words.leader_words(place, lang) if is_decided else "",
        "over_points": points_words(place, lang)[0] if options and place.is_varied else "",
        "asks": words.asks_words(place, lang) if options else "",
        "rule": words.rule_words(place, lang),
        "targets": [target_words(target, lang) for target in place.targets],
        "target_rows": words.target_rows(place, lang),
        "heads": [(MEASURES[name].label(lang), MEASURES[name].unit(lang)) for name in place.measures],
        "means": [words.mean_cell(place, place.baseline, name, lang) for name in place.measures],
        "rows": [
            (name, [words.difference_cell(place, name, measure, lang) for measure in place.measures])
            for name in options
        ],
        "sentences": [(name, words.option_words(place, name, lang)) for name in options],
        "tests": words.say(lang, "tests", n=n_tests, chance=f"{0.05 * n_tests:.1f}"),
        "frontier": _frontier_words(place, lang) if options else [],
        "burden_heads": [(MEASURES[name].label(lang), MEASURES[name].unit(lang)) for name in BURDEN],
        "burden": [(name, [words.mean_cell(place, name, one, lang) for one in BURDEN]) for name in place.policies],
        "disparity": disparity_table(ledgers, lang) if ledgers else None,
        "n_ledgers": len(ledgers[place.baseline]) if ledgers else 0,
        "over_sets": over_sets[:1],
        "turning": [*over_sets[1:], *turning_words(place, lang)],
        "medians": _medians(study, place),
        "pictures": {name: _embed(study, picture, name, lang) for name, picture in pictures.items()},
    }


def _led_by(place: Place, lang: Lang) -> str:
    best = words.best_mean(place).label == place.shown
    return words.say(lang, "leading" if best else "leading_shown", option=place.shown)


def _frontier_words(place: Place, lang: Lang) -> list[str]:
    dominated = find_dominated(place)
    kept = [name for name in place.policies if name not in {one.policy for one in dominated}]
    said = [words.say(lang, "undominated", policies=words.join(lang, kept))]
    for one in dominated:
        half = (one.high - one.low) / 2.0
        ends = [number(value, place.outcome, half=half) for value in (one.loss, one.low, one.high)]
        cost = amount(number(one.extra_cost, COST), MEASURES[COST], lang)
        loss = amount(ends[0], MEASURES[place.outcome], lang, difference=True)
        key = "dominated" if one.low > 0.0 else "dominated_unsure"
        said.append(
            words.say(
                lang, key, policy=one.policy, by=one.by, cost=cost, outcome=MEASURES[place.outcome].label(lang),
                loss=loss, low=ends[1], high=ends[2],
            )
        )  # fmt: skip
    return said


def _medians(study: StudyRuns, place: Place) -> list[list[str]]:
    if not place.options or not study.parameters:
        return []
    arms: pd.DataFrame = study.arms
    return median_rows(place, arms[arms["scenario"] == place.scenario], study.parameters)


def _embed(study: StudyRuns, picture: Picture, name: str, lang: Lang) -> dict[str, str]:
    """Turn a figure into an address that holds it, and name the command that makes it again."""
    figure = picture.draw()
    kind, content = ("png", as_png(figure)) if name in IN_POINTS else ("svg+xml", as_svg(figure))
    folder = study.path.resolve()
    command = f"cpsim report {folder.parent.name}/{folder.name} --figure {picture.name}"
    return {
        "name": picture.name,
        "width": f"{figure.get_figwidth():.1f}in",
        "data": f"data:image/{kind};base64,{b64encode(content).decode()}",
        "command": command + (" --lang zh" if lang == "zh" else ""),
    }


def _suffix(place: Place, places: list[Place]) -> str:
    return f"-{place.scenario}" if len(places) > 1 else ""


def _sayer(lang: Lang) -> Any:  # noqa: ANN401 - a function with free names, for the template
    def say(key: str, **values: object) -> str:
        return words.say(lang, key, **values)

    return say


@cache
def _template() -> jinja2.Template:
    folder = Path(__file__).parent
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder), autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    environment.globals["text"] = text
    return environment.get_template(TEMPLATE)
