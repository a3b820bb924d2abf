"""Fixtures of the policy tests."""

import pytest
from made_up_world import make_world


@pytest.fixture
def world():
    return make_world()
