"""A small town behind the page: some hundred people on a grid, so that a run takes a second."""

from small_force import FEW

from sim.scenarios.scenario import Scenario
from sim.web.app import make_app
from sim.web.question import Asked, Question
from sim.web.settings import Settings

TOWN = {
    "people.n_residents": 700, "city.streets": "grid", "city.n_segments": 80, "force.n_districts": 2, "name": "town",
    **FEW,
}  # fmt: skip
ORIGIN = "http://127.0.0.1:8017"


def load_town(key):
    return Scenario().replace(TOWN)


def ask_town(**changes):
    return Asked(Question(**{"part": "", "days": 6, "seeds": 2} | changes), load_town)


def guarded(tmp_path, **changes):
    settings = Settings(**{"store": tmp_path, "port": 8017, "workers": 1, "recording": False} | changes)
    app = make_app(settings)
    app.app.state.server.load = load_town
    return app
