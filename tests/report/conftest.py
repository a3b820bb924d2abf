"""Let the tests here import the made-up ledger that several folders share."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
