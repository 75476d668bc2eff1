"""One truth for versions, and a repository that speaks of itself alone."""

import re
import subprocess
import sys
import tomllib

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
    assert f"## {SETTINGS['version']}" in (PROJECT / "CHANGELOG.md").read_text()


def test_every_file_is_short():
    files = {
        path: path.read_text().splitlines()
        for path in (PROJECT / "bloodshot_lib").rglob("*.py")
    }
    assert {path.name: len(lines) for path, lines in files.items() if len(lines) > 250} == {}


def test_arrows_point_one_way():
    """What a module may import of the others; whatever stands later in the flow is not in
    reach.
    """
    flow = [
        "places",
        "checks",
        "files",
        "keys",
        "artifacts",
        "processes",
        "datasets",
        "tables",
        "drawing",
        "synthetic",
        "images",
        "recipe",
        "losses",
        "augment",
        "model",
        "pretrained",
        "batches",
        "shifts",
        "embedding",
        "checkpoint",
        "objective",
        "training",
        "runs",
        "episodes",
        "heads",
        "fewshot",
        "metrics",
        "evaluation",
        "frames",
        "uncertainty",
        "projection",
        "profiles",
        "experiment",
        "report",
        "renderer",
        "plots",
    ]
    library = PROJECT / "bloodshot_lib"
    files = {
        name: (
            [library / f"{name}.py"]
            if (library / f"{name}.py").is_file()
            else [*(library / name).glob("*.py")]
        )
        for name in flow
    }
    assert {path for paths in files.values() for path in paths} == {*library.rglob("*.py")} - {
        library / "__init__.py"
    }
    for name, paths in files.items():
        source = "\n".join(path.read_text() for path in paths)
        dots = r"\." if paths[0].parent == library else r"\.\."
        imported = set(re.findall(rf"^ *from {dots}(\w+) import", source, re.M))
        imported |= {
            m
            for line in re.findall(rf"^ *from {dots} import (.+)", source, re.M)
            for m in line.split(", ")
        }
        assert all(flow.index(other) < flow.index(name) for other in imported), (name, imported)
    assert (
        "model" not in (PROJECT / "bloodshot_lib/evaluation.py").read_text().split('"""', 2)[2]
    )


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


def test_nothing_speaks_of_one_machine():
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    tracked = listed.stdout.split("\0")
    for name in filter(None, tracked):
        path = PROJECT / name
        if path.is_file() and not path.is_symlink() and path.stat().st_size < 2_000_000:
            text = path.read_text(errors="ignore")
            assert str(PROJECT) + "/" not in text, name
