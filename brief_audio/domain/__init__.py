"""Plain Python that everything else is built on: no SQL, no HTTP, no vendor's client."""
