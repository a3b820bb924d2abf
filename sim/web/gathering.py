"""Bring together what a file to take is made of: the answer, and for a replay the city and a day of both sides."""

from __future__ import annotations

import asyncio
from typing import Any

from sim.inputs.words import Lang
from sim.web.answering import Answers
from sim.web.binary import read_head
from sim.web.cities import describe_city, pack_streets
from sim.web.question import SIDES, Asked
from sim.web.server import Server
from sim.web.taking import Taken
from sim.web.watching import Wanted, make_strips

HOURS = 24
REPLAY_WALKERS = 400
"""Residents on the way whom a replay follows: it must fit into a mail."""


async def gather(server: Server, answers: Answers, asked: Asked, what: str, how: tuple[Lang, int]) -> Taken:
    """Bring it together; `how` is the language, and the first hour of a replay."""
    lang, first = how
    told = await answers.told(asked)
    _, question = await server.ask(asked.question)
    taken = Taken(what, lang, told, await answers.known(asked), question)
    if what != "replay.html" or not told.pairs:
        return taken
    await server.ready.wait()
    strips = [strip for side in SIDES for strip in await _strips(server, asked, side, first)]
    city = await server.think(describe_city, asked.question.city, asked.base, asked.question.part)
    streets = await server.think(pack_streets, asked.base)
    head = await asyncio.to_thread(_head, asked, question, city, strips, first)
    return Taken(what, lang, told, taken.answer, question, tuple(strips), streets, head)


async def _strips(server: Server, asked: Asked, side: str, first: int) -> list[tuple[str, int, bytes]]:
    n_hours = HOURS * asked.question.days
    begin = max(0, min(first, n_hours - 1)) // HOURS * HOURS  # whole days: a file begins at a midnight
    last = min(begin + HOURS, n_hours)
    wanted = Wanted(
        asked.id, side, asked.scenario(side), asked.strategies[SIDES.index(side)].policy, begin, last - begin,
        REPLAY_WALKERS, server.settings.checkpoints, server.settings.limits.checkpoints_bytes,
    )  # fmt: skip
    made = await server.watch.do(make_strips, wanted)
    return [(side, hour, strip) for hour, strip in made if begin <= hour < last]


def _head(
    asked: Asked, question: dict[str, Any], city: dict[str, Any], strips: list[tuple[str, int, bytes]], first: int
) -> dict[str, Any]:
    head, _ = read_head(strips[0][2])
    return {
        "name": city["name"], "start": str(asked.base.start), "first_hour": first, "n_hours": 24 * asked.question.days,
        "hours": sorted({hour for _, hour, _ in strips}), "tick_min": head["tick_min"],
        "sides": [{"key": side, "name": question["names"][side]} for side in SIDES], "roles": head["kinds"],
        "attribution": city["attribution"], "synthetic": city["synthetic"], "latitude": city["latitude"],
        "stations": city["stations"], "districts": city["districts"], "warning": city["warning"],
    }  # fmt: skip
