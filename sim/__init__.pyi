# The public names with their types, for editors and checkers; `__init__.py` imports each when it is asked for.
from sim.batch.compare import Comparison as Comparison
from sim.batch.compare import Strategy as Strategy
from sim.batch.compare import compare as compare
from sim.batch.rehearsal import check_policy as check_policy
from sim.batch.running.runs import read_run as read_run
from sim.city.reading.load import load_streets as load_streets
from sim.city.streets import StreetNetwork as StreetNetwork
from sim.engine import Run as Run
from sim.engine import simulate as simulate
from sim.errors import InputError as InputError
from sim.mesa_face.model import CommunityPolicingModel as CommunityPolicingModel
from sim.policies.contract.registry import make_policy as make_policy
from sim.policies.contract.registry import policy as policy
from sim.scenarios.scenario import Scenario as Scenario
from sim.scenarios.scenario import load_scenario as load_scenario

__version__: str
PUBLIC: dict[str, str]
