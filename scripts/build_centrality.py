"""Measure how central the streets of the embedded cities are and keep it in sim/city/data/centrality.npz.

    python scripts/build_centrality.py

Run it again when an embedded city or the measure changes; a test holds the file to both.
"""

from sim.city.centrality import write_kept
from sim.city.reading.load import EMBEDDED, embedded_city

if __name__ == "__main__":
    write_kept([embedded_city(name) for name in EMBEDDED])
