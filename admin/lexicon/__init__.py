"""The pages of a show's pronunciations."""
