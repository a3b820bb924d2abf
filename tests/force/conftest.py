import pytest
from force_town import quarters, write_force, write_streets


@pytest.fixture
def town(tmp_path):
    """Make a folder with streets and beats, and a force.toml that names the streets alone."""
    write_streets(tmp_path)
    quarters().to_file(tmp_path / "beats.gpkg")
    return write_force(tmp_path)
