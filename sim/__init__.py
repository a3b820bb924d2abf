"""An agent-based simulation of community policing strategies on real streets."""

__version__ = "0.1.0"
