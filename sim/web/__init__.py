"""The page of `cpsim serve` and its server: watch a city, ask a question, take an answer along."""
