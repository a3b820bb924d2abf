"""Seeded cities that no map shows: grids, and towns that grew."""
