"""Use cases, in the product's own words."""
