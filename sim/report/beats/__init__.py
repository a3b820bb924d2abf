"""Beats drawn anew for people: text, map, polygons."""
