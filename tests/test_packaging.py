"""One truth for versions, and a repository that speaks of itself alone."""

import ast
import os
import re
import subprocess
import sys
import tomllib
from graphlib import TopologicalSorter
from pathlib import Path

import yaml

import bloodshot_lib
from tests.conftest import PROJECT

SETTINGS = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]


def _names(requirements):
    return {re.split(r"[<>=!~ ;\[]", line)[0].lower() for line in requirements}


def test_the_lock_holds_an_exact_version_of_everything_asked_for():
    lock = [line for line in (PROJECT / "requirements.lock").read_text().splitlines() if line]
    assert all(
        re.match(r"[\w.-]+(\[\w+\])?==[\w.!+]+( ; .+)?$", line) for line in lock
    ), "exact, without an address"
    wanted = SETTINGS["dependencies"] + [
        r for extra in SETTINGS["optional-dependencies"].values() for r in extra
    ]
    assert _names(wanted) <= _names(lock)


def test_conda_takes_its_versions_from_pyproject():
    environment = yaml.safe_load((PROJECT / "environment.yml").read_text())
    python, pip, packages = environment["dependencies"]
    assert environment["channels"] == ["conda-forge"] and pip == "pip"
    assert python == "python" + SETTINGS["requires-python"]
    assert packages == {"pip": [f"-e .[{','.join(SETTINGS['optional-dependencies'])}]"]}


def test_versions_agree():
    cff = yaml.safe_load((PROJECT / "CITATION.cff").read_text())
    assert SETTINGS["version"] == bloodshot_lib.__version__ == cff["version"]
    changelog = (PROJECT / "CHANGELOG.md").read_text()
    assert f"## {SETTINGS['version']}" in changelog
    newest = re.search(r"^## (\S+), .+ \((\S+)\)$", changelog, re.M)
    assert newest.groups() == (cff["version"], cff["date-released"])


LIBRARY = PROJECT / "bloodshot_lib"
# the rooms, and what each may import of the others
ROOMS = {
    "common": set(),
    "synthetic": {"common"},
    "packaged": {"common"},
    "data": {"common"},
    "embedder": {"common"},
    "fewshot": {"common"},
    "fields": {"common", "data", "embedder"},
    "study": {"common", "synthetic", "data", "embedder", "fewshot"},
    "plots": {"common", "data", "embedder", "fewshot"},
    "own_cells": {"common", "data", "embedder", "fewshot", "fields", "plots"},
}
COMMAND = "__main__"  # lies flat, and is only a door to own_cells


def test_files_are_short_and_lines_breathe():
    lines = {path: path.read_text().splitlines() for path in LIBRARY.rglob("*.py")}
    assert {path.name: len(found) for path, found in lines.items() if len(found) > 250} == {}
    widths = sorted(len(line) for found in lines.values() for line in found if line)
    assert widths[-1] <= 100 and widths[int(0.9 * len(widths))] <= 95


def _arrows():
    """Each module of the library, as a path below it, and the modules that it imports."""
    arrows = {}
    for path in LIBRARY.rglob("*.py"):
        place, found = path.relative_to(LIBRARY), set()
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and node.level:
                base = Path(*place.parts[: -node.level], *(node.module or "").split("."))
                names = {base, *(base / alias.name for alias in node.names)}
                found |= {name for name in names if (LIBRARY / name).with_suffix(".py").is_file()}
        arrows[place.with_suffix("")] = found
    return arrows


def test_arrows_point_one_way_from_room_to_room():
    assert {path.parts[0] for path in _arrows() if len(path.parts) > 1} == set(ROOMS)
    for module, imported in _arrows().items():
        room = module.parts[0]
        others = {other.parts[0] for other in imported} - {room}
        allowed = {"own_cells"} if room == COMMAND else ROOMS.get(room, set())
        assert others <= allowed, (module, others)


def test_no_modules_import_each_other_in_a_circle():
    TopologicalSorter(_arrows()).prepare()  # raises CycleError


def test_little_lies_flat_and_each_room_says_what_it_is_for():
    assert len([*LIBRARY.glob("*.py")]) <= 8
    for room in ROOMS:
        text = ast.get_docstring(ast.parse((LIBRARY / room / "__init__.py").read_text()))
        first = text.split("\n\n")[0]
        assert "in" in first and "out" in first and 200 < len(first) < 800, room


def test_the_library_page_lists_every_public_name():
    page = (PROJECT / "book/api.md").read_text()
    listed = re.findall(r"auto(?:function|class|exception):: bloodshot_lib\.(\w+)", page)
    assert sorted(listed) == sorted(bloodshot_lib.__all__)


def test_importing_the_library_loads_nothing_heavy():
    code = (
        "import sys, bloodshot_lib; print(sorted({'torch', 'pandas', 'sklearn', 'plotly'} &"
        " set(sys.modules)))"
    )
    assert (
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True
        ).stdout.strip()
        == "[]"
    )


def _left_by_gitignore() -> set[Path]:
    """The files of the repository, found without git: what its .gitignore does not name."""
    made = [line.rstrip("/") for line in (PROJECT / ".gitignore").read_text().split()]
    found = set()
    for folder, folders, names in os.walk(PROJECT):
        inside = "/" / Path(folder).relative_to(PROJECT)
        ours = [
            name
            for name in (*folders, *names)
            if name != ".git" and not any((inside / name).match(pattern) for pattern in made)
        ]
        folders[:] = [name for name in folders if name in ours]
        found |= {Path(folder, name) for name in ours if name not in folders}
    return found


def test_nothing_speaks_of_one_machine():
    ours = _left_by_gitignore()
    if (PROJECT / ".git").exists():  # what is not tracked may speak of anything
        listed = subprocess.run(
            ["git", "ls-files", "-z"], cwd=PROJECT, capture_output=True, text=True, check=True
        )
        tracked = {PROJECT / name for name in listed.stdout.split("\0") if name}
        assert {path for path in tracked if path.is_file()} <= ours
        ours = tracked
    for path in ours:
        if path.is_file() and not path.is_symlink() and path.stat().st_size < 2_000_000:
            text = path.read_text(errors="ignore")
            assert str(PROJECT) + "/" not in text, path
