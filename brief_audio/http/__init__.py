"""What all pages share about HTTP: requests, answers, ranges, limits, error pages, wording."""
