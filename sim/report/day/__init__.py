"""A day of one officer and of one resident: watched, told, drawn."""
