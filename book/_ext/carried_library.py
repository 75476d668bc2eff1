"""Sphinx extension: the book carries the library, so that whoever has the book can install it.

`{{ wheel }}` on a page in the book's top folder is a link to the package that lies beside it.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import yaml
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ExtensionError

import bloodshot_lib as bs

NAME = f"bloodshot-{bs.__version__}-py3-none-any.whl"
_FOLDERS = "bloodshot_lib", "profiles", "results"
_FILES = (
    "pyproject.toml",
    "MANIFEST.in",
    "README.md",
    "LICENSE",
    "CHANGELOG.md",
    "CITATION.cff",
)
_BUILD = """
import sys
from setuptools import build_meta
getattr(build_meta, f"build_{sys.argv[1]}")(sys.argv[2])
"""


def link(app: Sphinx, config: Config) -> None:
    words = f'<a href="_static/{NAME}" download><code>{NAME}</code></a>'
    config.myst_substitutions = {**config.myst_substitutions, "wheel": words}


def build(app: Sphinx, error: Exception | None) -> None:
    """Put the wheel into the book."""
    if error or app.builder.format != "html":
        return
    home = repository(Path(app.srcdir))
    made = package("wheel", home, Path(app.outdir) / "_static")
    if made.name != NAME:
        raise ExtensionError(f"The book links to {NAME}, and {made.name} was built.")


def repository(book: Path) -> Path:
    """The repository that the book lies in."""
    homes = [folder for folder in book.resolve().parents if (folder / "pyproject.toml").exists()]
    if not homes:
        raise ExtensionError(
            f"The book is built inside its repository, whose library it carries; {book} lies in"
            " no folder with a pyproject.toml. Build it in a copy of the repository."
        )
    return homes[0]


def package(kind: str, home: Path, to: Path) -> Path:
    """Build the `wheel` or the `sdist` of a repository into a folder.

    It is built from a copy, as setuptools leaves files where it builds.
    """
    with tempfile.TemporaryDirectory() as folder:
        copy, made = Path(folder) / "copy", Path(folder) / "made"
        for name in _FOLDERS:
            hidden = shutil.ignore_patterns("__pycache__")
            shutil.copytree(home / name, copy / name, symlinks=True, ignore=hidden)
        for name in _FILES:
            shutil.copy(home / name, copy)
        return Path(shutil.copy(run_setuptools(kind, copy, made), to))


def run_setuptools(kind: str, source: Path, to: Path) -> Path:
    """Build the `wheel` or the `sdist` where its source lies, without a network."""
    command = [sys.executable, "-c", _BUILD, kind, str(to)]
    dated = os.environ | {"SOURCE_DATE_EPOCH": str(released(source))}
    ran = subprocess.run(command, cwd=source, env=dated, capture_output=True, text=True)
    if ran.returncode:
        raise ExtensionError(f"The {kind} was not built: {ran.stderr[-2000:]}")
    (made,) = to.iterdir()
    return made


def released(home: Path) -> int:
    """When the version was released, in seconds since 1970: the date of every packed file."""
    date = yaml.safe_load((home / "CITATION.cff").read_text())["date-released"]
    return int(datetime.fromisoformat(date).replace(tzinfo=UTC).timestamp())


def setup(app: Sphinx) -> dict:
    app.connect("config-inited", link, priority=100)  # before MyST reads them
    app.connect("build-finished", build)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
