"""A search of deployments for people: text, picture, roster."""
