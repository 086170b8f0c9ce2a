"""From PCM to finished files: joined, loudness-normalised, tagged, with chapters, captions and a manifest."""
