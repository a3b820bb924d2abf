"""Measures: functions of the ledger and the daily panel, never counters inside a rule."""
