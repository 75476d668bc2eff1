"""The package as a person gets it: the wheel that the book carries, installed into an empty
folder, outside any checkout.
"""

import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from sphinx.errors import ExtensionError

from tests.conftest import PROJECT
from tests.test_readme import python_blocks, write_cells

PIP = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]


@pytest.fixture(scope="module")
def site(html, tmp_path_factory) -> Path:
    """A folder with the content of the wheel that the book carries, beside the environment's
    packages.
    """
    (wheel,) = (html / "_static").glob("*.whl")
    target = tmp_path_factory.mktemp("wheel") / "site"
    subprocess.run(
        [*PIP, "install", "--no-deps", "--target", str(target), str(wheel)], check=True
    )
    return target


def _files(folder: Path) -> dict[str, int]:
    return {str(path): path.stat().st_mtime_ns for path in sorted(folder.rglob("*"))}


@pytest.fixture
def run(site, tmp_path):
    """Run code with the installed package in an empty folder; nothing may be written beside
    the package.
    """
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("BLOODSHOT_")
    }
    environment |= {"PYTHONPATH": str(site), "PYTHONDONTWRITEBYTECODE": "1"}
    environment |= {"XDG_CACHE_HOME": str(tmp_path / "cache")}

    def run(code: str) -> str:
        before = _files(site)
        code = (
            "import bloodshot_lib\nassert"
            f" bloodshot_lib.__file__.startswith({str(site)!r})\n{code}"
        )
        done = subprocess.run(
            [sys.executable, "-c", code],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        assert _files(site) == before, "nothing is written into site-packages"
        return done.stdout

    return run


def test_the_ten_lines_work(run, tmp_path):
    write_cells(tmp_path)
    ten_lines = "\n".join(python_blocks("README.md"))
    assert run(f"{ten_lines}\nprint(*new['predicted'])").split() == ["pink"] * 4
    assert [path.name.split("-")[0] for path in (tmp_path / "artifacts").iterdir()] == ["run"]


def test_the_three_commands_work(run, tmp_path):
    write_cells(tmp_path)
    said = run("""
from bloodshot_lib.own_cells.command_line import main
for line in (
    "suggest my_new_cells -n 2 -o to_label",
    "check my_labelled_cells",
    "classify my_labelled_cells my_new_cells -o result",
):
    assert main([*line.split(), "-q"]) == 0
""")
    assert said.count("balanced accuracy") == 2
    listed = (tmp_path / "result" / "cells.csv").read_text(encoding="utf-8-sig").splitlines()
    assert len(listed) == 5 and all(",pink," in line for line in listed[1:])
    assert "<svg" in (tmp_path / "result" / "report.html").read_text()


def test_the_doctests_hold(run):
    counts = run("""
import doctest, importlib, pkgutil
names = [each.name for each in pkgutil.walk_packages(bloodshot_lib.__path__, "bloodshot_lib.")]
results = [doctest.testmod(importlib.import_module(name)) for name in names]
print(sum(r.failed for r in results), sum(r.attempted for r in results))
""")
    failed, attempted = map(int, counts.split())
    assert failed == 0 and attempted >= 5


def test_profiles_results_weights_and_types_are_in_the_package(run, site):
    names = [path.stem for path in (PROJECT / "profiles").glob("*.toml")]
    said = run(f"""
import bloodshot_lib as bs
one, small = bs.Embedder.load("bloodshot-pbc-2"), bs.Embedder.load("bloodshot-3-small")
assert bs.Embedder.load("bloodshot-3").dim == 2 * small.dim > small.dim > one.dim == 1280
Z, table = bs.load_embeddings("bccd")
halves = bs.evaluate_halves(Z, table["label"], (5,), table["subject"], 4, 5, 9)
assert halves.episodes["balanced_accuracy"].mean() > 0.7
assert {{bs.load_profile(name).name for name in {names!r}}} == set({names!r})
assert bs.TrainConfig.recommended() == bs.load_profile("recommended").train
print(len(bs.read_result("report/table1.csv")), len(bs.read_result("pbc/episodes.csv")))
print(bs.load_profile("pbc").artifacts, bs.load_profile("pbc").data_root)
""").split()
    assert said[0] == "3" and int(said[1]) > 1000
    assert [Path(path).name for path in said[2:]] == ["artifacts", "data"]
    assert str(site) not in said[2] + said[3]
    assert (site / "bloodshot_lib/__init__.pyi").is_file()
    shipped = site / "bloodshot_lib/shipped"
    for kind in ("profiles", "results"):
        ours = {
            path.relative_to(PROJECT / kind)
            for path in (PROJECT / kind).rglob("*")
            if path.is_file()
        }
        assert {
            p.relative_to(shipped / kind) for p in (shipped / kind).rglob("*") if p.is_file()
        } == ours


def test_a_book_outside_its_repository_says_what_it_misses(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(PROJECT / "book/_ext")
    import carried_library

    app = SimpleNamespace(builder=SimpleNamespace(format="html"), srcdir=tmp_path / "book")
    with pytest.raises(ExtensionError, match=r"no folder with a pyproject\.toml"):
        carried_library.build(app, None)
