"""The built page in a browser, and folders of drawn cells to drop on it."""

import subprocess
import sys

import pytest

from bloodshot_lib.synthetic.twin import _plan, _write
from tests.conftest import PROJECT
from tests.page.person import Person

CLASSES = {"LYT": "lymphocyte", "MON": "monocyte", "NGS": "neutrophil", "MYO": "myeloblast"}


@pytest.fixture(scope="session")
def built():
    """`bloodshot.html`, built anew if anything has changed."""
    file = PROJECT / "build" / "bloodshot.html"
    command = [sys.executable, "-m", "page.build", str(file)]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    return file


@pytest.fixture(scope="session")
def drawn(tmp_path_factory):
    """Files of drawn cells, RGBA TIFFs of 120 px, eight of each of four classes."""
    folder, files = tmp_path_factory.mktemp("drawn"), {}
    twin = _plan(300, 300, scale=0.3, seed=3, full=False)  # to draw it whole would take longer
    for code, name in CLASSES.items():
        cells = [cell for cell in twin if cell.kind == code][:8]
        files[name] = [folder / cell.path for cell in cells]
        files[name][0].parent.mkdir(parents=True)
        for cell in cells:
            _write(folder, cell)
    return files


@pytest.fixture
def person(built, tab):
    """Somebody who has opened the page, with the network switched off; it asked for nothing."""
    tab.context.set_offline(True)
    tab.goto(built.as_uri())
    someone = Person(tab)
    yield someone
    someone.forget()
    tab.context.set_offline(False)
    assert tab.faults == []
