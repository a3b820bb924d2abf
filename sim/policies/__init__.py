"""Policing strategies: what a police force may see, and what it may order.

The strategies of the package are imported here, and thereby registered.
"""

from sim.policies import hotspot, reactive

__all__ = ["hotspot", "reactive"]
