"""The SQL of briefs, their items and the lexicon."""
