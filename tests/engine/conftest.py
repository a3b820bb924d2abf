"""Let the tests of the engine import the account of officer-minutes that those of the places share."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
