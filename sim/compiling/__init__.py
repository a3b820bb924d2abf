"""How the core becomes machine code."""
