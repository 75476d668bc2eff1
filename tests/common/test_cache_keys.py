"""Keys of finished work hold everything that a result depends on."""

import ast
import shutil
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from benchmarks import ladder
from bloodshot_lib.common import cache_keys
from bloodshot_lib.common.cache_keys import CODE, INERT, code_key, fingerprint, source_key
from bloodshot_lib.common.paths import PACKAGE
from tests.conftest import PROJECT

CASES = [(kind, module) for kind, (modules, _) in CODE.items() for module in modules]
RELEASES = [(kind, name) for kind, (_, packages) in CODE.items() for name in packages]


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """A copy of the library's code, to be changed."""
    folder = tmp_path_factory.mktemp("copy") / "library"
    for path in PACKAGE.rglob("*.py"):
        place = folder / path.relative_to(PACKAGE)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, place)
    return folder


@pytest.mark.parametrize(("kind", "module"), CASES)
def test_changed_code_is_another_key(kind, module, copy):
    before, path = code_key(kind, copy), copy / f"{module}.py"
    assert before == code_key(kind)
    code = path.read_text()
    path.write_text(f"{code}# changed\n")
    changed = code_key(kind, copy)
    path.write_text(code)
    assert changed != before


@pytest.mark.parametrize(("kind", "package"), RELEASES)
def test_another_release_of_a_package_is_another_key(kind, package, monkeypatch):
    before, version = code_key(kind), cache_keys.version
    released = {package: "0"}
    monkeypatch.setattr(
        cache_keys, "version", lambda name: released.get(name) or version(name)
    )
    assert code_key(kind) != before


def _imported(path: Path) -> set[str]:
    """The modules of the library that a file imports, as paths below it."""
    found, inside = set(), path.is_relative_to(PACKAGE)
    for node in ast.walk(ast.parse(path.read_text())):
        if not isinstance(node, ast.ImportFrom):
            continue
        parts = node.module.split(".") if node.module else []
        if node.level and inside:
            base = path.relative_to(PACKAGE).parts[: -node.level]
        elif parts[:1] == ["bloodshot_lib"]:
            base, parts = (), parts[1:]
        else:
            continue
        found.add("/".join([*base, *parts]))
        found |= {"/".join([*base, *parts, alias.name]) for alias in node.names}
    return {name for name in found if (PACKAGE / f"{name}.py").is_file()}


def _reach(modules: set[str]) -> set[str]:
    """The modules, and all that they import, but for those that change no number."""
    reached = set(modules)
    while new := (
        {found for name in reached for found in _imported(PACKAGE / f"{name}.py")}
        - reached
        - set(INERT)
    ):
        reached |= new
    return reached


@pytest.mark.parametrize(
    ("kind", "start"),
    [
        ("twin", "synthetic/twin"),
        ("images", "data/images"),
        ("embeddings", "embedder/embedding"),
        ("run", "embedder/training_loop"),
    ],
)
def test_the_list_holds_everything_that_the_code_reaches(kind, start):
    assert _reach({start}) == set(CODE[kind][0])


def test_the_ladders_key_holds_what_the_ladder_reaches():
    """It calls the library by its public names; what these lead to is read from the stub."""
    stub = ast.parse((PACKAGE / "__init__.pyi").read_text())
    public = {
        alias.name: node.module.replace(".", "/")
        for node in ast.walk(stub)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    names = (*ladder.CODE, "objectives")
    sources = [PROJECT / "benchmarks" / f"{name}.py" for name in names]
    code = "\n".join(path.read_text() for path in sources)
    used = {module for name, module in public.items() if f"bs.{name}" in code}
    direct = {found for path in sources for found in _imported(path)}
    # these only find cells and runs again
    outside = {name for name in used | direct if name.startswith("study/")}
    outside |= {"embedder/finished_runs"}
    reached = _reach((used | direct) - outside - set(INERT)) - outside
    # what a folder holds decides which cells there are
    assert reached | {"data/folder_contents"} == set(CODE["ladder"][0])


def test_arrays_are_told_apart_by_shape_type_and_content():
    zeros = np.zeros((2, 3), np.uint8)
    others = [zeros.T.copy(), zeros.astype(np.int8), np.eye(2, 3, dtype=np.uint8), zeros[:1]]
    assert len({fingerprint(array) for array in [zeros, *others]}) == 5
    assert fingerprint(zeros) == fingerprint(zeros.copy())


def test_an_array_that_nothing_can_change_is_hashed_once(tmp_path, monkeypatch):
    np.save(tmp_path / "a.npy", np.arange(10))
    kept = np.load(tmp_path / "a.npy", mmap_mode="r")
    first = fingerprint(kept)
    monkeypatch.setattr(cache_keys.np, "ascontiguousarray", lambda _: pytest.fail("again"))
    assert fingerprint(kept) == first


def test_an_array_that_can_change_is_hashed_every_time():
    changing = np.arange(10)
    first = fingerprint(changing)
    changing[0] = 5
    assert fingerprint(changing) != first


def _one(number=1):
    return number


def test_a_function_is_known_by_its_name_its_file_and_the_arguments_that_are_fixed():
    functions = [_one, _reach, partial(_one, number=2), partial(_one, number=3), partial]
    assert len({source_key(function, "x") for function in functions}) == 5
    assert source_key(_one, "x") == source_key(_one, "y")


@pytest.mark.parametrize(
    ("function", "words"),
    [
        ("soft k-means", r"`x` is a function or a class; got 'soft k-means'"),
        (len, r"source of `x` is part of the key .* cannot be read: write it in a \.py file"),
        (partial(_one, object()), r"arguments of `x` .* numbers, words and lists"),
    ],
)
def test_what_has_no_source_is_refused(function, words):
    with pytest.raises(ValueError, match=words):
        source_key(function, "x")
