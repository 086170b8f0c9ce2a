"""Rewrite English text as the words a newsreader would say."""
