"""Styles, scripts, fonts and icons under an address that names their version, so that browsers keep them for a year."""

import hashlib
from pathlib import Path
from urllib.parse import quote

from flask import Blueprint, Flask, Response, send_from_directory

from brief_audio.domain.cache_policy import IMMUTABLE

FOLDER = Path(__file__).parent / "static"


def version(folder: Path = FOLDER) -> str:
    """Return a short hash over the names and bytes of every file in `folder`."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            digest.update(f"{path.relative_to(folder)}\0{path.stat().st_size}\0".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def add_static_files(app: Flask) -> None:
    """Serve the files at `/static/<version>/…` and give templates `static_file(name)`.

    The version stands in the path, so what a style sheet names relative to itself carries it too. Another version
    than the present one is a page from before a deployment: it gets the present file, which nobody may keep.
    """
    current = version()
    files = Blueprint("files", __name__)

    @files.get("/static/<asked>/<path:name>")
    def static_file(asked: str, name: str) -> Response:
        response = send_from_directory(FOLDER, name)
        response.headers["Cache-Control"] = IMMUTABLE if asked == current else "no-cache"
        return response

    app.register_blueprint(files)
    # Not `url_for`: the page about a host that cannot exist is made where no address can be built.
    app.jinja_env.globals["static_file"] = lambda name: f"/static/{current}/{quote(name)}"
