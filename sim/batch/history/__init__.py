"""Histories of a city that published figures may not tell apart: run, laid beside what was published, and judged."""
