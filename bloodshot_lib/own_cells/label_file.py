"""Labels given by hand, on disk: as a list of files and labels, and as class folders."""

import csv
import io
import shutil
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import pandas as pd

from ..common.atomic_files import whole_folder, write_whole
from ..common.checks import check_absent, check_path
from ..data.folder_contents import existing_folder, paths_of, plain_name, state
from ..data.tables import file_names

NOT_A_CELL, SKIPPED = "not a single cell", ""  # labels that are not classes
_HEADER = ["file", "label"]
_LONGEST = 200  # bytes; file systems take 255


class LabelFile:
    """A CSV of files and labels, in the order in which they were given.

    - `table`: the cells that can be labelled; in the list a cell goes by its file's name, with
      as many of the folders above it as make all names different.
    - `path`: the list, which need not exist; its folder must.

    Raises ValueError for a table that has a file twice.
    """

    def __init__(self, table: pd.DataFrame, path: str | Path):
        self.names = _telling_names(table)
        self.path = check_path("file", path, "file").absolute()
        existing_folder("file", self.path.parent, "the list of labels")
        self._content = b""

    def read(self) -> dict[int, str]:
        """The label of each labelled row of the table, in the order in which they were given.

        Raises ValueError for a file that is not such a list, or lists other cells.
        """
        self._content = self._on_disk()
        if not self._content:
            return {}
        rows, places = self._parse(), {name: row for row, name in enumerate(self.names)}
        if strange := [name for name, _ in rows if name not in places]:
            raise ValueError(
                f"{self.path} labels cells of the table; {len(strange)} of its {len(rows)} are not"
                f" in it, first {strange[0]!r}. Pass the table of those cells, delete their lines,"
                " or name another file."
            )
        if len(found := {places[name]: label for name, label in rows}) < len(rows):
            raise self._damaged("a file is listed twice")
        return found

    def write(self, labels: Mapping[int, str]) -> None:
        """Replace the list, whole or not at all.

        Raises ValueError if it has changed since it was read or written here, OSError if it
        cannot be written.
        """
        if self._on_disk() != self._content:
            raise ValueError(
                f"{self.path} was changed by another desk or program; nothing was written over it."
                " Make this desk again: it will start from what is there now."
            )
        text = io.StringIO(newline="")
        rows = ((self.names[row], label) for row, label in labels.items())
        csv.writer(text).writerows([_HEADER, *rows])
        # with the mark that tells spreadsheets it is UTF-8; a file's name may not be
        content = text.getvalue().encode("utf-8-sig", "surrogateescape")
        write_whole(self.path, content)
        self._content = content

    def _on_disk(self) -> bytes:
        return self.path.read_bytes() if self.path.exists() else b""

    def _parse(self) -> list[list[str]]:
        text = self._content.decode("utf-8-sig", "surrogateescape")
        try:
            header, *rows = csv.reader(io.StringIO(text, newline=""), strict=True)
        except (csv.Error, ValueError) as error:
            raise self._damaged(str(error)) from error
        if header != _HEADER:
            raise self._damaged(f"got {text.splitlines()[0][:60]!r}")
        for number, row in enumerate(rows, 2):
            if len(row) != len(_HEADER):
                raise self._damaged(f"its row {number} has {len(row)} fields")
        return rows

    def _damaged(self, what: str) -> ValueError:
        return ValueError(
            f"{self.path} is not a list of labels, whose first line is {','.join(_HEADER)}, with a"
            f" file and its label in each line below: {what}. Move it away, or name another file."
        )


def check_class(name: object, others: Iterable[str] = ()) -> str:
    """A class name, stripped of spaces around it, fit to be a folder's name beside the others."""
    text = name.strip() if isinstance(name, str) else ""
    if (
        not text.isprintable()
        or text.startswith(".")
        or set("/\\") & set(text)
        or not 0 < len(text.encode("utf-8", "replace")) <= _LONGEST
    ):
        raise ValueError(
            "The name of a class is also that of a folder: short, without / or \\, and not"
            f" starting with a full stop; got {name!r}. Choose another name."
        )
    for other in (NOT_A_CELL, *others):
        if plain_name(other) == plain_name(text):
            raise ValueError(
                f"Names of classes differ by more than case or spaces; there is"
                f" {other!r} already, got {name!r}. Choose another name."
            )
    return text


def copy_into_classes(table: pd.DataFrame, labels: Mapping[int, str], folder: Path) -> None:
    """Copy labelled cells into a new folder, one sub-folder per class; whole or absent.

    Skipped cells, and images that are not a single cell, are left out.

    Raises ValueError if the folder exists or no cell has a class, FileNotFoundError if a cell's
    file is gone.
    """
    folder = check_absent(check_path("folder", folder))
    named = {row: label for row, label in labels.items() if label not in (NOT_A_CELL, SKIPPED)}
    if not named:
        raise ValueError("No cell has a class yet: label some, then export.")
    paths, names = paths_of(table), _flat(_telling_names(table))
    for row in named:
        state(paths[row])
    with whole_folder(folder) as unfinished:
        for row, label in named.items():
            (unfinished / label).mkdir(exist_ok=True)
            shutil.copyfile(paths[row], unfinished / label / names[row])


def _telling_names(table: pd.DataFrame) -> list[str]:
    """The shortest ends of the paths that are all different."""
    paths = paths_of(table)
    if len(set(paths)) < len(paths):
        twice = pd.Series(paths)[pd.Series(paths).duplicated()].iloc[0]
        raise ValueError(f"Each file appears in `table` once; {twice} appears twice.")
    for folders in range(max(len(Path(path).parts) for path in [*paths, "."]) + 1):
        names = file_names(table, folders).tolist()
        if len(set(names)) == len(names):
            return names
    return paths


def _flat(names: Sequence[str]) -> list[str]:
    """Names for one folder: a file's folder becomes part of its name."""
    flat = pd.Series(names, dtype=object).str.replace("/", "_")
    again = flat.groupby(flat.str.casefold()).cumcount()
    return [f"{n}_{name}" if n else name for n, name in zip(again, flat, strict=True)]
