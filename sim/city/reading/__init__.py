"""How real streets, buildings and incidents are read from the files that people have."""
