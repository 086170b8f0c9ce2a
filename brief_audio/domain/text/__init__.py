"""Turn the author's text into a script: cleaning, sentences, and the words a newsreader would say."""
