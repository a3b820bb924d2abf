"""An agent-based simulation of community policing strategies on real streets.

The public names, in one place. Each is imported when it is first asked for, so that `import sim` costs nothing.
"""

from __future__ import annotations

from importlib import import_module

__version__ = "0.1.0"

PUBLIC = {
    "CommunityPolicingModel": "sim.mesa_face.model",
    "Comparison": "sim.batch.compare",
    "InputError": "sim.errors",
    "Run": "sim.engine",
    "Scenario": "sim.scenarios.scenario",
    "Strategy": "sim.batch.compare",
    "StreetNetwork": "sim.city.streets",
    "check_policy": "sim.batch.rehearsal",
    "compare": "sim.batch.compare",
    "load_scenario": "sim.scenarios.scenario",
    "load_streets": "sim.city.reading.load",
    "make_policy": "sim.policies.contract.registry",
    "policy": "sim.policies.contract.registry",
    "read_run": "sim.batch.running.runs",
    "simulate": "sim.engine",
}
"""Where each public name is at home."""

__all__ = ["__version__", *PUBLIC]  # noqa: PLE0604 - the keys of the table are names


def __getattr__(name: str) -> object:
    """Import a public name when it is first asked for."""
    if name not in PUBLIC:
        raise AttributeError(f"module 'sim' has no attribute {name!r}; its public names are {', '.join(PUBLIC)}")
    value: object = getattr(import_module(PUBLIC[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List the public names."""
    return sorted(__all__)
