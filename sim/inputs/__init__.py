"""What users write and hand in: tables, texts, and the one sentence that answers a mistake in them."""
