"""Tables of boxes on disk: our own boxes.csv, and boxes as other programs save them."""

import warnings
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

import pandas as pd

from ..common.atomic_files import write_whole
from ..data.folder_contents import readable
from ..data.image_listing import FIELD_SUFFIXES, contents_below, warn_of
from .box_checks import in_own_pixels
from .field_names import fields_meant
from .readers.box_file import read_box_file
from .readers.raw_boxes import SIDES

BOXES = ("field", *SIDES, "score")  # the columns of a table of boxes
_SUFFIXES = (".csv", ".geojson", ".json", ".roi", ".tsv", ".txt", ".zip")
_BESIDE = ("classes.txt", "data.yaml", "notes.json")  # what labelling programs add, without boxes


def read_boxes(path: Path, sizes: Mapping[str, tuple[int, int]]) -> pd.DataFrame:
    """Read the boxes of fields from a file, or from all files of boxes below a folder.

    A file may be of any kind in `readers/`, which is recognised. A box is of the field that its
    file or row names (see `fields_called`); one file for one field may have any name. A box that
    reaches over the edge by at most a pixel is cut to it; identical boxes are kept once, with a
    warning. A field may have no box.

    - `sizes`: {field: (width, height)}, in pixels.

    Returns a row per box, in the order of `sizes`: `field`, `x`, `y`, `width`, `height` in the
    field's pixels, and `score`, NaN where none is said.

    Raises FileNotFoundError if nothing is there; PermissionError for what may not be read;
    ValueError for a file of another kind, no box at all, a field that is not there or not told
    from another, and boxes that are not of it (see `in_own_pixels`).
    """
    with readable(path):
        files = _files(path)
        found = [_numbered(read_box_file(file.read_bytes(), f), f) for f, file in files.items()]
    boxes = pd.concat(found, ignore_index=True)
    if boxes.empty:
        raise ValueError(f"{path} has no box: check that it is the right one, or export it again.")
    named_after = boxes["file"].map(lambda file: str(PurePosixPath(file).with_suffix("")))
    if len(files) == len(sizes) == 1:
        named_after[:] = next(iter(sizes))
    named = boxes["field"].where(boxes["field"].notna(), named_after)
    boxes["field"] = fields_meant(named, boxes["file"], [*sizes], path)
    boxes = in_own_pixels(boxes, sizes)[[*BOXES]]
    repeated = boxes.duplicated(["field", *SIDES])
    if repeated.any():
        warnings.warn(
            f"{path} repeats {repeated.sum()} of its {len(boxes)} boxes: each is kept once.",
            stacklevel=2,
        )
    place = {field: number for number, field in enumerate(sizes)}
    order = boxes[~repeated]["field"].map(place).sort_values(kind="stable").index
    return boxes.loc[order].reset_index(drop=True)


def write_boxes(path: Path, table: pd.DataFrame) -> None:
    """Write a table of boxes as CSV, whole or not at all, for `read_boxes` and spreadsheets.

    Sides are rounded to 0.1 px and scores to .001; a score that is not a number is left empty.
    """
    rounded = table.round(dict.fromkeys(SIDES, 1) | {"score": 3})
    text = rounded.to_csv(index=False, lineterminator="\n")
    write_whole(path, text.encode("utf-8-sig"))  # the mark tells spreadsheets it is UTF-8


def _files(path: Path) -> dict[str, Path]:
    """The files of boxes, by their path below the folder, or the only one, by its name."""
    if path.is_file():
        return {path.name: path}
    if not path.is_dir():
        raise FileNotFoundError(f"There is no file or folder of boxes {path}: check its path.")
    inside = contents_below(path, FIELD_SUFFIXES)
    found = [file for folder in inside for file in sorted(folder.iterdir()) if _may_hold(file)]
    left_out = {file: why for each in inside.values() for file, why in each.left_out.items()}
    warn_of({file: why for file, why in left_out.items() if not _is_known(Path(file))})
    if not found:
        raise ValueError(
            f"{path} holds no file of boxes ({', '.join(_SUFFIXES)}): name the file or folder to"
            " which another program has exported them."
        )
    return {file.relative_to(path).as_posix(): file for file in found}


def _may_hold(file: Path) -> bool:
    hidden = file.name.startswith(".") or file.name in _BESIDE
    return _is_known(file) and not hidden and file.is_file()


def _is_known(file: Path) -> bool:
    return file.suffix.lower() in _SUFFIXES or file.name in _BESIDE


def _numbered(boxes: pd.DataFrame, file: str) -> pd.DataFrame:
    return boxes.assign(file=file, number=range(1, len(boxes) + 1))
