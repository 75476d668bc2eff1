"""Keys of finished work hold everything that a result depends on."""

import ast
import shutil
from pathlib import Path

import pytest

from bloodshot_lib import keys
from bloodshot_lib.keys import CODE, INERT, code_key
from bloodshot_lib.places import PACKAGE
from tests.conftest import PROJECT

CASES = [(kind, module) for kind, (modules, _) in CODE.items() for module in modules]


@pytest.mark.parametrize(("kind", "module"), CASES)
def test_changed_code_is_another_key(kind, module, tmp_path):
    for path in PACKAGE.glob("*.py"):
        shutil.copy(path, tmp_path)
    before = code_key(kind, tmp_path)
    assert before == code_key(kind)
    with open(tmp_path / f"{module}.py", "a") as file:
        file.write("# changed\n")
    assert code_key(kind, tmp_path) != before


@pytest.mark.parametrize(
    ("kind", "package"), [(k, p) for k, (_, packages) in CODE.items() for p in packages]
)
def test_another_release_of_a_package_is_another_key(kind, package, monkeypatch):
    before, version = code_key(kind), keys.version
    monkeypatch.setattr(keys, "version", lambda name: "0" if name == package else version(name))
    assert code_key(kind) != before


def _imported(path: Path) -> set[str]:
    """The modules of the library that a file imports."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom):
            parts = (node.module or "").split(".")
            if node.level == 1:
                found |= {parts[0]} if parts[0] else {alias.name for alias in node.names}
            elif parts[0] == "bloodshot_lib":
                found |= {parts[1]} if len(parts) > 1 else {alias.name for alias in node.names}
    return {name for name in found if (PACKAGE / f"{name}.py").is_file()}


def _reach(modules: set[str]) -> set[str]:
    """The modules, and all that they import, but for those that change no number."""
    reached = set(modules)
    while (
        new := {m for name in reached for m in _imported(PACKAGE / f"{name}.py")}
        - reached
        - set(INERT)
    ):
        reached |= new
    return reached


@pytest.mark.parametrize(
    ("kind", "starts"),
    [
        ("twin", {"synthetic"}),
        ("images", {"images"}),
        ("embeddings", {"embedding"}),
        ("run", {"training"}),
    ],
)
def test_the_list_holds_everything_that_the_code_reaches(kind, starts):
    assert _reach(starts) == set(CODE[kind][0])


def test_the_ladders_key_holds_what_the_ladder_reaches():
    """It calls the library by its public names; what these lead to is read from the stub."""
    source = (PROJECT / "benchmarks/ladder.py").read_text()
    public = {
        alias.name: node.module
        for node in ast.walk(ast.parse((PACKAGE / "__init__.pyi").read_text()))
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    used = {module for name, module in public.items() if f"bs.{name}" in source}
    direct = _imported(PROJECT / "benchmarks/ladder.py")
    not_in_a_score = {"experiment", "profiles", "runs"}  # these only find cells and runs again
    reached = _reach((used | direct) - not_in_a_score - set(INERT)) - not_in_a_score
    assert reached | {"files"} == set(CODE["ladder"][0]), "files decides what is listed"
