"""PCM to a finished file: joined, loudness-correct, tagged, with chapters, captions and a manifest."""
