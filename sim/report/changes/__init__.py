"""Which offences a strategy prevented, displaced or caused."""
