"""Plain Python that the rest is built on: no SQL, no HTTP, no vendor's client."""
