"""Policing strategies: what a police force may see, and what it may order."""
