"""Labels given by hand, on disk: as a list of files and labels, and as class folders."""

import csv
import io
import shutil
import warnings
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import pandas as pd

from ..common.atomic_files import whole_folder, write_whole
from ..common.checks import check_absent, check_path
from ..data.class_names import class_name, plain_name
from ..data.contents import content_keys
from ..data.distinct_names import distinct_names
from ..data.folder_contents import existing_folder, paths_of, state
from ..data.label_lists import parse_labels
from ..data.tables import file_names
from .special_labels import NOT_A_CELL, SKIPPED, present_name

_HEADER = ["file", "label", "content"]


class LabelFile:
    """A CSV of files, labels and contents, in the order in which labels were given.

    - `table`: the cells that can be labelled. A label belongs to the content of a cell's file,
      which tells it whatever its name; the name, with as many of the folders above it as make
      all names different, is for people.
    - `path`: the list, which need not exist; its folder must.

    Raises ValueError for a table that has a file twice.
    """

    def __init__(self, table: pd.DataFrame, path: str | Path):
        self._paths, self.names = paths_of(table), _telling_names(table)
        self.contents = content_keys(table).tolist()
        self.path = check_path("file", path, "file").absolute()
        existing_folder("file", self.path.parent, "the list of labels")
        self._bytes = b""

    def read(self) -> dict[int, str]:
        """The label of each labelled row of the table, in the order in which they were given.

        An old list, without contents, is read by names, with a warning.

        Raises ValueError for a file that is not such a list, or lists other cells.
        """
        self._bytes = self._on_disk()
        if not self._bytes:
            return {}
        try:
            listed = parse_labels(self._bytes, str(self.path))
        except ValueError as error:
            raise ValueError(f"{error} Or move it away, or name another file.") from error
        named, same = _places(self.names), _places(self.contents)
        found, strange = {}, []
        for line in listed.itertuples():
            rows = named.get(line.file, [])
            if line.content:  # of copies, the one of that name
                rows = sorted(same.get(line.content, []), key=lambda row, own=rows: row not in own)
            if not rows:
                strange.append(line.file)
            elif not (free := [row for row in rows if row not in found]):
                raise ValueError(
                    f"{self.path} lists {line.file!r} twice: keep one line, or name another file."
                )
            else:
                found[free[0]] = present_name(line.label)
        if strange:
            raise ValueError(
                f"{self.path} must label cells of the table, but {len(strange)} of its"
                f" {len(listed)} are not in it, first {strange[0]!r}. Pass the table of those"
                " cells, delete their lines, or name another file."
            )
        if found and (listed["content"] == "").all():
            warnings.warn(
                f"{self.path} is an old list, which knows cells by their names: make sure that"
                " these are the same images. From the next label on it knows them by content.",
                stacklevel=3,
            )
        return found

    def write(self, labels: Mapping[int, str]) -> None:
        """Replace the list, whole or not at all.

        Raises ValueError if it has changed since it was read or written here, OSError if it
        cannot be written.
        """
        if self._on_disk() != self._bytes:
            raise ValueError(
                f"{self.path} was changed by another desk or program; nothing was written over it."
                " Make this desk again: it will start from what is there now."
            )
        text = io.StringIO(newline="")
        rows = ((self.names[row], label, self.contents[row]) for row, label in labels.items())
        csv.writer(text).writerows([_HEADER, *rows])
        content = text.getvalue().encode("utf-8-sig")  # the mark tells spreadsheets it is UTF-8
        write_whole(self.path, content)
        self._bytes = content

    def copy_into_classes(self, labels: Mapping[int, str], folder: str | Path) -> None:
        """Copy labelled cells into a new folder, one sub-folder per class; whole or absent.

        Raises ValueError if the folder exists or no cell has a class, FileNotFoundError if a
        cell's file is gone.
        """
        folder = check_absent(check_path("folder", folder))
        named = {row: label for row, label in labels.items() if label != SKIPPED}
        if not named:
            raise ValueError("No cell has a class yet: label some, then export.")
        names = distinct_names(self.names)
        with whole_folder(folder, sole=True) as unfinished:
            for row, label in named.items():
                state(self._paths[row])
                (unfinished / label).mkdir(exist_ok=True)
                shutil.copyfile(self._paths[row], unfinished / label / names[row])

    def _on_disk(self) -> bytes:
        return self.path.read_bytes() if self.path.exists() else b""


def check_class(name: object, others: Iterable[str] = ()) -> str:
    """A class name, as `class_name` has it, beside others."""
    text = present_name(class_name(name if isinstance(name, str) else ""))
    for other in (NOT_A_CELL, *others):
        if plain_name(other) == plain_name(text):
            raise ValueError(
                f"Names of classes must differ by more than case or spaces, but there is {other!r}"
                f" already, like {name!r}. Choose another name."
            )
    return text


def _places(values: Sequence[str]) -> dict[str, list[int]]:
    return {value: list(rows) for value, rows in pd.Series(values).groupby(values).groups.items()}


def _telling_names(table: pd.DataFrame) -> list[str]:
    """The shortest ends of the paths that are all different."""
    paths = pd.Series(paths_of(table))
    if (twice := paths[paths.duplicated()]).any():
        raise ValueError(f"Each file must be in `table` once, but {twice.iloc[0]} is there twice.")
    for folders in range(max(len(Path(path).parts) for path in paths)):
        names = file_names(table, folders)
        if names.is_unique:
            break
    return names.tolist()
