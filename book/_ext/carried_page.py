"""Sphinx extension: the book carries `bloodshot.html`, the page that needs no installation.

`{{ page }}` on a page in the book's top folder is a link to it. It is built once for all books, in
the repository's folder `build`.
"""

import shutil
import subprocess
import sys
from pathlib import Path

from carried_library import repository
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ExtensionError

NAME = "bloodshot.html"


def link(app: Sphinx, config: Config) -> None:
    words = f'<a href="_static/{NAME}"><code>{NAME}</code></a>'
    config.myst_substitutions = {**config.myst_substitutions, "page": words}


def build(app: Sphinx, error: Exception | None) -> None:
    """Put the page into the book, built anew if what it is made of has changed."""
    if error or app.builder.format != "html":
        return
    home = repository(Path(app.srcdir))
    page = home / "build" / NAME
    command = [sys.executable, "-m", "page.build", str(page)]
    ran = subprocess.run(command, cwd=home, capture_output=True, text=True)
    if ran.returncode:
        raise ExtensionError(f"{NAME} was not built: {(ran.stderr or ran.stdout)[-2000:]}")
    shutil.copy(page, Path(app.outdir) / "_static")


def setup(app: Sphinx) -> dict:
    app.connect("config-inited", link, priority=100)  # before MyST reads them
    app.connect("build-finished", build)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
