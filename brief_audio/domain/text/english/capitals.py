"""Words in capitals and abbreviated state names that every newsreader knows."""

# Pronounced as words: their letters are not spelt out.
SAID_AS_WORDS = frozenset({
    "ACAS", "AIDS", "ANZAC", "ASBO", "ASDA", "ASEAN", "AUKUS", "BAFTA", "BRICS", "BUPA", "CAPTCHA", "CERN",
    "COBRA", "COP", "COVID", "DARPA", "DEFRA", "EBITDA", "ECOWAS", "EFTA", "EMEA", "ERASMUS", "FEMA", "FIFA",
    "FINRA", "FRONTEX", "HAMAS", "IKEA", "INTERPOL", "ISIS", "LASER", "LEGO", "LIBOR", "MERS", "MODEM", "NAFTA",
    "NASA", "NASDAQ", "NATO", "NIMBY", "NOAA", "OFCOM", "OFGEM", "OFSTED", "OPEC", "OSHA", "OXFAM", "PETA",
    "PIN", "QANTAS", "QUAD", "RADAR", "RAM", "SARS", "SETI", "SIM", "SONAR", "SWAT", "SWIFT", "TASER", "TESCO",
    "UEFA", "UNESCO", "UNICEF", "UNPROFOR", "VISA", "WAG", "YIMBY", "ZIP",
})  # fmt: skip

# Ordinary words written in capitals.
SHOUTED = frozenset({
    "A", "ALL", "AN", "AND", "ANY", "ARE", "AT", "BAD", "BIG", "BREAKING", "BUT", "BY", "CAN", "DAY", "DO",
    "END", "EVER", "FAST", "FOR", "FREE", "FROM", "GET", "GO", "GOOD", "HAS", "HAVE", "HE", "HER", "HIS", "HOT",
    "HOW", "I", "IF", "IN", "INTO", "IS", "JUST", "KEY", "LATE", "LIVE", "LOW", "MAN", "ME", "MORE", "MUST",
    "MY", "NEW", "NEVER", "NO", "NOT", "NOTE", "NOW", "OF", "OFF", "OH", "OK", "OLD", "ON", "ONE", "ONLY", "OR",
    "OUR", "OUT", "OVER", "OWN", "READ", "REAL", "SAD", "SAY", "SEE", "SHE", "SO", "SOON", "STOP", "TEN",
    "THAN", "THAT", "THE", "THEM", "THEN", "THEY", "THIS", "TO", "TOO", "TOP", "TRUE", "TWO", "UP", "VERY",
    "WAR", "WAS", "WATCH", "WAY", "WE", "WHAT", "WHEN", "WHY", "WILL", "WITH", "YES", "YET", "YOU", "YOUR",
})  # fmt: skip

# As the Associated Press abbreviates them after the name of a town.
STATES = {
    "Calif": "California", "Conn": "Connecticut", "Fla": "Florida", "Ga": "Georgia", "Ill": "Illinois",
    "Mass": "Massachusetts", "Mich": "Michigan", "Minn": "Minnesota", "Ore": "Oregon", "Pa": "Pennsylvania",
    "Penn": "Pennsylvania", "Tenn": "Tennessee", "Tex": "Texas", "Va": "Virginia", "Wash": "Washington",
    "Wis": "Wisconsin", "Ariz": "Arizona", "Colo": "Colorado", "Md": "Maryland", "Mo": "Missouri", "Okla": "Oklahoma",
    "Nev": "Nevada", "Ky": "Kentucky", "Ala": "Alabama", "Ind": "Indiana",
}  # fmt: skip
