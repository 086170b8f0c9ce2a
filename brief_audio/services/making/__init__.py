"""Making an edition, from the request to the stored and published rendition; and previews."""
