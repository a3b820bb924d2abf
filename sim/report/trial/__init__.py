"""The report of a randomised trial, and its plan."""
