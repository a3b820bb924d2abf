"""Cities: streets, what stands along them, and how they are divided."""
