"""Row IDs in URLs: digits 0 to 9, no more than a PostgreSQL bigint can hold; anything else is not found."""

from flask import Flask
from werkzeug.routing import IntegerConverter


class RowNumber(IntegerConverter):
    """A stricter `<int:…>`: by default it also accepts non-ASCII digits and numbers too long for any row ID."""

    regex = "[0-9]{1,18}"


def add_row_numbers(app: Flask) -> None:
    """Use `RowNumber` for `<int:…>` in every route added to `app` from now on."""
    app.url_map.converters["int"] = RowNumber
