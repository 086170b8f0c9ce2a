r"""The characters that form words, for patterns: \w leaves out the marks that many scripts write vowels with."""

import unicodedata

_FIRST_MARK, _PAST_BMP = 0x300, 0x10000

MARKS = "".join(chr(code) for code in range(_FIRST_MARK, _PAST_BMP) if unicodedata.category(chr(code)).startswith("M"))
JOINERS = "\u200c\u200d"  # zero-width non-joiner and joiner, used within Persian and Indic words
WORD_CHARACTERS = r"\w" + MARKS + JOINERS  # the inside of a character class

# Cleaning removes private-use characters from every text, so they can serve as stand-ins.
FIRST_STAND_IN, LAST_STAND_IN = 0xE000, 0xF8FF
STAND_INS = f"{chr(FIRST_STAND_IN)}-{chr(LAST_STAND_IN)}"  # the inside of a character class
