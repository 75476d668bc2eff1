"""`python .ci/release.py BOOK FOLDER`: what a stranger downloads of a version, from a built book.

The book already carries the wheel and `bloodshot.html`; they are copied, not built again.
"""

import argparse
import gzip
import hashlib
import io
import re
import shutil
import tarfile
import time
import zipfile
from collections.abc import Sequence
from pathlib import Path

import carried_library  # from book/_ext, which the Makefile puts on the path
import carried_page

from bloodshot_lib import __version__

HOME = Path(__file__).resolve().parents[1]


def write_release(book: Path, folder: Path) -> None:
    """Fill a new folder with the packages, the page, the book, the notes and the checksums."""
    folder.mkdir(parents=True)
    date = carried_library.released(HOME)
    for carried in (carried_library.NAME, carried_page.NAME):
        shutil.copy(book / "_static" / carried, folder)
    date_members(carried_library.package("sdist", HOME, folder), date)
    zip_folder(book, folder / f"bloodshot-book-{__version__}.zip", date)
    said = notes((HOME / "CHANGELOG.md").read_text(), __version__)
    (folder / "NOTES.md").write_text(said)
    sums = [f"{_sha256(path)}  {path.name}\n" for path in sorted(folder.iterdir())]
    (folder / "SHA256SUMS").write_text("".join(sums))


def notes(changelog: str, version: str) -> str:
    """One version's entry, a line for each point, as GitHub's release notes keep line breaks.

    Raises ValueError if the changelog has no such entry.
    """
    for entry in changelog.split("\n## ")[1:]:
        heading, _, points = entry.partition("\n")
        if re.split("[, ]", heading)[0] == version:
            return re.sub(r"\n +", " ", points).strip() + "\n"
    raise ValueError(f"CHANGELOG.md has no entry for {version}: it needs `## {version}`.")


def date_members(archive: Path, date: int) -> None:
    """Pack a .tar.gz again: files only, without the time, the user and the umask of the packing."""
    dated = archive.with_suffix(".dated")
    with (
        tarfile.open(archive) as old,
        gzip.GzipFile(dated, "wb", mtime=date) as compressed,
        tarfile.open(fileobj=compressed, mode="w") as new,
    ):
        for member in old:
            if file := old.extractfile(member):  # a folder has none
                entry, content = tarfile.TarInfo(member.name), file.read()
                entry.size, entry.mtime = len(content), date
                new.addfile(entry, io.BytesIO(content))
    dated.replace(archive)


def zip_folder(folder: Path, archive: Path, date: int) -> None:
    """Pack all files below a folder, in a folder of the archive's name."""
    with zipfile.ZipFile(archive, "w") as packed:
        for path in sorted(each for each in folder.rglob("*") if each.is_file()):
            place = Path(archive.stem) / path.relative_to(folder)
            entry = zipfile.ZipInfo(place.as_posix(), time.gmtime(date)[:6])
            entry.external_attr = 0o644 << 16  # otherwise only who unpacks it may read it
            packed.writestr(entry, path.read_bytes(), zipfile.ZIP_DEFLATED)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the release, and say what is in it."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("book", type=Path, help="the built book: the folder of its index.html")
    parser.add_argument("folder", type=Path, help="the release, which must not exist yet")
    chosen = parser.parse_args(arguments)
    write_release(chosen.book, chosen.folder)
    for path in sorted(chosen.folder.iterdir()):
        print(f"{path.stat().st_size / 1e6:6.1f} MB  {path}")


if __name__ == "__main__":
    main()
