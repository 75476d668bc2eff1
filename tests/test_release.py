"""What a stranger downloads: the files of `make release`, the source archive outside git, and the
workflow that publishes them.
"""

import io
import os
import re
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest
import yaml

import bloodshot_lib as bs
from tests.conftest import PROJECT

EXTENSIONS = PROJECT / "book/_ext"
WORKFLOWS = {
    path.stem: yaml.safe_load(path.read_text())
    for path in (PROJECT / ".github/workflows").glob("*.yml")
}
RUNS = {
    name: [step["run"] for job in flow["jobs"].values() for step in job["steps"] if "run" in step]
    for name, flow in WORKFLOWS.items()
}
TAG_CHECK, *_, PUBLISH = RUNS["release"]


@pytest.fixture(scope="module")
def tools():
    """The module `release`, and the extension that builds the packages."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(EXTENSIONS)
        patch.syspath_prepend(PROJECT / ".ci")
        import carried_library
        import release

        yield release, carried_library


@pytest.fixture(scope="module")
def book(tools, tmp_path_factory) -> Path:
    """A book of one page that carries the wheel, and a few words in place of bloodshot.html."""
    folder = tmp_path_factory.mktemp("release") / "html"
    (folder / "_static").mkdir(parents=True)
    (folder / "index.html").write_text("<title>a book</title>")
    (folder / "_static/bloodshot.html").write_text("<title>a page</title>")
    tools[1].package("wheel", PROJECT, folder / "_static")
    return folder


@pytest.fixture(scope="module")
def released(book) -> Path:
    """The files of a release, made as the Makefile makes them."""
    folder = book.parent / "build/release"
    environment = os.environ | {"PYTHONPATH": str(EXTENSIONS)}
    command = [sys.executable, ".ci/release.py", str(book), str(folder)]
    subprocess.run(command, cwd=PROJECT, env=environment, check=True, stdout=subprocess.DEVNULL)
    return folder


def test_a_release_is_whole(released):
    assert {path.name for path in released.iterdir()} == {
        f"bloodshot-{bs.__version__}-py3-none-any.whl",
        f"bloodshot-{bs.__version__}.tar.gz",
        f"bloodshot-book-{bs.__version__}.zip",
        "bloodshot.html",
        "NOTES.md",
        "SHA256SUMS",
    }
    command = ["sha256sum", "--strict", "-c", "SHA256SUMS"]
    said = subprocess.run(command, cwd=released, capture_output=True, text=True, check=True)
    assert said.stdout.count(": OK\n") == 5


def test_the_book_unpacks_into_one_folder(released, book, tmp_path):
    (archive,) = released.glob("*.zip")
    subprocess.run([sys.executable, "-m", "zipfile", "-e", archive, tmp_path], check=True)
    (unpacked,) = tmp_path.iterdir()
    assert unpacked.name == f"bloodshot-book-{bs.__version__}"
    for path in filter(Path.is_file, book.rglob("*")):
        assert (unpacked / path.relative_to(book)).read_bytes() == path.read_bytes()
    with zipfile.ZipFile(archive) as packed:
        assert {entry.external_attr >> 16 for entry in packed.infolist()} == {0o644}


def test_the_source_archive_gives_the_same_wheel_without_git(tools, released, book, tmp_path):
    (archive,) = released.glob("*.tar.gz")
    with tarfile.open(archive) as packed:
        assert all(member.isreg() for member in packed), "Windows makes no links"
        packed.extractall(tmp_path, filter="data")
    source = tmp_path / f"bloodshot-{bs.__version__}"
    for name in ("README.md", "LICENSE", "CHANGELOG.md", "CITATION.cff"):
        assert (source / name).read_bytes() == (PROJECT / name).read_bytes()
    wheel = tools[1].run_setuptools("wheel", source, tmp_path / "made")
    ours, theirs = (_sizes(path) for path in (wheel, *book.glob("_static/*.whl")))
    assert ours == theirs
    for folder, place in (("bloodshot_lib/weights", "weights"), ("results", "shipped/results")):
        for path in filter(Path.is_file, (PROJECT / folder).rglob("*")):
            packed = f"bloodshot_lib/{place}/{path.relative_to(PROJECT / folder).as_posix()}"
            assert ours[packed] == path.stat().st_size


def _sizes(wheel: Path) -> dict[str, int]:
    with zipfile.ZipFile(wheel) as packed:
        return {entry.filename: entry.file_size for entry in packed.infolist()}


CHANGELOG = """# Changelog

## 1.2.10

- Not this.

## 1.2.1, second edition (2020-01-02)

The first.

- One point, on
  two lines.
- Another.

## 1.2.0

- Nor this.
"""


def test_notes_are_the_entry_of_one_version(tools):
    notes = tools[0].notes
    assert notes(CHANGELOG, "1.2.1") == "The first.\n\n- One point, on two lines.\n- Another.\n"
    assert notes(CHANGELOG, "1.2.0") == "- Nor this.\n"
    with pytest.raises(ValueError, match=r"no entry for 1\.2: it needs `## 1\.2`"):
        notes(CHANGELOG, "1.2")


def test_packed_again_an_archive_tells_nothing_of_who_packed_it_and_when(tools, tmp_path):
    archives = [tmp_path / name / "some.tar.gz" for name in "ab"]
    for number, archive in enumerate(archives):
        archive.parent.mkdir()
        with tarfile.open(archive, "w:gz") as packed:
            folder = tarfile.TarInfo("some")
            folder.type = tarfile.DIRTYPE
            packed.addfile(folder)
            entry = tarfile.TarInfo("some/file.txt")
            entry.size, entry.mtime, entry.uid, entry.mode = 3, number + 0.5, number, 0o600 + number
            packed.addfile(entry, io.BytesIO(b"one"))
            link = tarfile.TarInfo("some/link.txt")
            link.type, link.linkname = tarfile.LNKTYPE, "some/file.txt"
            packed.addfile(link)
        tools[0].date_members(archive, 10**9)
    first, second = (archive.read_bytes() for archive in archives)
    assert first == second
    with tarfile.open(archives[0]) as packed:
        assert packed.getnames() == ["some/file.txt", "some/link.txt"]
        assert [packed.extractfile(member).read() for member in packed] == [b"one", b"one"]
        assert {member.mtime for member in packed} == {10**9}


def test_workflows_run_what_there_is():
    targets = set(re.findall(r"^(\w+):", (PROJECT / "Makefile").read_text(), re.M))
    for name, runs in RUNS.items():
        lines = "\n".join(runs)
        assert set(re.findall(r"\bmake (\w+)", lines)) <= targets, name
        assert all((PROJECT / script).is_file() for script in re.findall(r"bash (\S+)", lines))
    tests, packing = (RUNS["release"].index(line) for line in ("bash .ci/run", "make release"))
    assert tests < packing < RUNS["release"].index(PUBLISH)


@pytest.mark.parametrize("before, after, agrees", [("v", "", 1), ("", "", 0), ("v", "1", 0)])
def test_a_tag_that_is_not_the_version_is_refused(before, after, agrees):
    environment = os.environ | {"GITHUB_REF_NAME": before + bs.__version__ + after}
    ran = subprocess.run(["bash", "-e", "-c", TAG_CHECK], cwd=PROJECT, env=environment)
    assert (ran.returncode == 0) == agrees


def test_every_file_of_the_release_is_published(released, tmp_path):
    gh = tmp_path / "gh"
    gh.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n')
    gh.chmod(0o755)
    environment = {"PATH": f"{tmp_path}:{os.environ['PATH']}", "GITHUB_REF_NAME": "v1"}
    said = subprocess.run(
        ["bash", "-e", "-c", PUBLISH],
        cwd=released.parents[1],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    assert said[:5] == ["release", "create", "v1", "--notes-file", "build/release/NOTES.md"]
    assert {Path(path).name for path in said[5:]} == {path.name for path in released.iterdir()}
