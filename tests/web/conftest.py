import sys
from pathlib import Path

import pytest

FORCE = Path(__file__).parents[1] / "force"


@pytest.fixture
def town(tmp_path):
    """Make a folder with streets and beats, and a force.toml that names the streets alone."""
    sys.path.insert(0, str(FORCE))
    try:
        from force_town import quarters, write_force, write_streets
    finally:
        sys.path.remove(str(FORCE))
    write_streets(tmp_path)
    quarters().to_file(tmp_path / "beats.gpkg")
    return write_force(tmp_path)
