"""Rewrites English text as the words that a newsreader would say."""
