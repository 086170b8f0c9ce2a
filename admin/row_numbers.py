"""Numbers of rows in addresses: digits 0 to 9, as many as a number of PostgreSQL's may have; all else is not found."""

from flask import Flask
from werkzeug.routing import IntegerConverter


class RowNumber(IntegerConverter):
    """What `<int:…>` means here: without this also Arabic digits, and thousands of any, which no row can have."""

    regex = "[0-9]{1,18}"


def add_row_numbers(app: Flask) -> None:
    """Let every address of `app` that is made from now on keep to it."""
    app.url_map.converters["int"] = RowNumber
