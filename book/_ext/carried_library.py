"""Sphinx extension: the book carries the library, so that whoever has the book can install it.

`{{ wheel }}` on a page in the book's top folder is a link to the package that lies beside it.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ExtensionError

import bloodshot_lib as bs

NAME = f"bloodshot-{bs.__version__}-py3-none-any.whl"
_FOLDERS = "bloodshot_lib", "profiles", "results"
_FILES = "pyproject.toml", "README.md", "LICENSE"
_BUILD = "import sys; from setuptools import build_meta; build_meta.build_wheel(sys.argv[1])"


def link(app: Sphinx, config: Config) -> None:
    words = f'<a href="_static/{NAME}" download><code>{NAME}</code></a>'
    config.myst_substitutions = {**config.myst_substitutions, "wheel": words}


def build(app: Sphinx, error: Exception | None) -> None:
    """Build the wheel from a copy, as setuptools leaves files where it builds."""
    if error or app.builder.format != "html":
        return
    with tempfile.TemporaryDirectory() as folder:
        copy, made = _copy(Path(app.srcdir), Path(folder) / "copy"), Path(folder) / "made"
        command = [sys.executable, "-c", _BUILD, str(made)]
        ran = subprocess.run(command, cwd=copy, capture_output=True, text=True)
        if ran.returncode or not (made / NAME).is_file():
            raise ExtensionError(f"The wheel {NAME} was not built: {ran.stderr[-2000:]}")
        shutil.copy(made / NAME, Path(app.outdir) / "_static")


def repository(book: Path) -> Path:
    """The repository that the book lies in."""
    homes = [folder for folder in book.resolve().parents if (folder / "pyproject.toml").exists()]
    if not homes:
        raise ExtensionError(
            f"The book is built inside its repository, whose library it carries; {book} lies in"
            " no folder with a pyproject.toml. Build it in a copy of the repository."
        )
    return homes[0]


def _copy(book: Path, to: Path) -> Path:
    """Copy what the wheel is made of from the repository that the book lies in."""
    home = repository(book)
    for name in _FOLDERS:
        hidden = shutil.ignore_patterns("__pycache__")
        shutil.copytree(home / name, to / name, symlinks=True, ignore=hidden)
    for name in _FILES:
        shutil.copy(home / name, to)
    return to


def setup(app: Sphinx) -> dict:
    app.connect("config-inited", link, priority=100)  # before MyST reads them
    app.connect("build-finished", build)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
