"""Which field is meant by the name that another program gives it."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path, PurePosixPath

import pandas as pd

from ..data.class_names import writable
from .readers.raw_boxes import some


def fields_meant(
    named: pd.Series, files: pd.Series, fields: Sequence[str], path: Path
) -> pd.Series:
    """The field of each box, by what the box names (see `fields_called`) in the file it is in.

    Raises ValueError for a name that means no field or several, and for a field that two names
    or files mean, because their boxes may be of different images.
    """
    meant = fields_called(named.unique(), fields)
    if lost := [repr(name) for name, fits in meant.items() if not fits]:
        raise ValueError(
            f"{path} has boxes of fields that are not there: {some(lost)}. Name them after the"
            f" fields, such as {fields[0]!r}, or leave them out."
        )
    if several := [f"{name!r} is {' or '.join(f)}" for name, f in meant.items() if len(f) > 1]:
        raise ValueError(
            f"{path} has boxes of fields that cannot be told apart: {some(several)}. Add the"
            " field's folder and suffix to the name."
        )
    field = named.map(lambda name: meant[name][0])
    sources = (named + " in " + files).groupby(field, sort=False).unique()
    if mixed := [f"{f} is {' and '.join(s)}" for f, s in sources.items() if len(s) > 1]:
        raise ValueError(
            f"{path} has boxes of one field under two names or in two files: {some(mixed)}. Keep"
            " one, or add folders and suffixes to the names."
        )
    return field


def fields_called(names: Iterable[str], fields: Iterable[str]) -> dict[str, list[str]]:
    """{name: the fields that it may mean}, which are paths below the folder of fields.

    A field is meant by its path, with or without its suffix; if none is, by its file's name;
    if none is, by that without suffix, whatever suffix the other has.
    """
    known = [defaultdict(list) for _ in range(4)]
    for field in fields:
        for way, place in zip(_ways(field), known, strict=True):
            place[way].append(field)
    paths, bare_paths, files, bare_files = known
    meant = {}
    for name in names:
        path, _, file, bare = _ways(name)
        tried = (paths, path), (bare_paths, path), (files, file), (bare_files, file)
        fits = (place[way] for place, way in (*tried, (bare_files, bare)) if way in place)
        meant[name] = next(fits, [])
    return meant


def _ways(name: str) -> tuple[str, str, str, str]:
    """A path, that without suffix, the file's name, and that without suffix."""
    plain = unicodedata.normalize("NFC", writable(name)).replace("\\", "/").strip()
    path = PurePosixPath(plain)
    return str(path), str(path.parent / path.stem), path.name, path.stem
