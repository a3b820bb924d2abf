"""Let the tests here import the made-up ledger and the street grid that several folders share."""

import sys
from pathlib import Path

TESTS = Path(__file__).parents[1]
sys.path[:0] = [str(TESTS), str(TESTS / "outcomes")]
