"""The currencies that occur in news, by symbol and by ISO 4217 code."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Currency:
    """The spoken names of a currency and its hundredth part, singular and plural."""

    one: str
    many: str
    cent: str = ""
    cents: str = ""
    says_and: bool = False  # "three dollars and fifty cents", but "three pounds fifty"


_DOLLAR = Currency("dollar", "dollars", "cent", "cents", says_and=True)
_US_DOLLAR = Currency("U.S dollar", "U.S dollars", "cent", "cents", says_and=True)
_EURO = Currency("euro", "euros", "cent", "cents")
_POUND = Currency("pound", "pounds", "penny", "pence")
_YEN = Currency("yen", "yen")
RUPEE = Currency("rupee", "rupees")

SYMBOLS = {
    "$": _DOLLAR,
    "£": _POUND,
    "€": _EURO,
    "¥": _YEN,
    "₹": RUPEE,
    "₩": Currency("won", "won"),
    "₽": Currency("rouble", "roubles"),
    "₺": Currency("lira", "lira"),
    "₪": Currency("shekel", "shekels"),
    "₴": Currency("hryvnia", "hryvnias"),
    "₦": Currency("naira", "naira"),
    "₿": Currency("bitcoin", "bitcoin"),
}
DOLLAR_COUNTRIES = {
    "US": "U.S",
    "AU": "Australian",
    "A": "Australian",
    "CA": "Canadian",
    "C": "Canadian",
    "HK": "Hong Kong",
    "NZ": "New Zealand",
    "S": "Singapore",
}
CODES = {
    "USD": _US_DOLLAR,
    "EUR": _EURO,
    "GBP": _POUND,
    "JPY": _YEN,
    "INR": RUPEE,
    "CHF": Currency("Swiss franc", "Swiss francs"),
    "CNY": Currency("yuan", "yuan"),
    "RMB": Currency("renminbi", "renminbi"),
    "AUD": Currency("Australian dollar", "Australian dollars"),
    "CAD": Currency("Canadian dollar", "Canadian dollars"),
    "NZD": Currency("New Zealand dollar", "New Zealand dollars"),
    "SGD": Currency("Singapore dollar", "Singapore dollars"),
    "HKD": Currency("Hong Kong dollar", "Hong Kong dollars"),
    "SEK": Currency("Swedish krona", "Swedish kronor"),
    "NOK": Currency("Norwegian krone", "Norwegian kroner"),
    "DKK": Currency("Danish krone", "Danish kroner"),
    "PLN": Currency("zloty", "zlotys"),
    "ZAR": Currency("rand", "rand"),
}
