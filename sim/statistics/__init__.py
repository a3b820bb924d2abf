"""Numbers in pairs and their intervals; nothing of policing."""
