"""How a territory is divided into cells, and how good a division is."""
