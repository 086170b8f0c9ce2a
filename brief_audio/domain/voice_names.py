"""Names of engines and of the voices that come with the product, which settings, wiring, engines and commands share."""

COQUI = "coqui"
TONE = "tone"
ENGINES = (COQUI, TONE)
JOE = "joe"
TAKEN_VOICE_NAMES = (JOE, TONE)  # no voice of one's own may take their names
DEFAULT_VOICE = JOE
LONGEST_VOICE_NAME = 63  # characters, as it is stored
