"""From the author's text to a script: cleaning, sentences, and the words that a newsreader would say."""
