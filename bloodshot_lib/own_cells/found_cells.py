"""A folder's fields -> the boxes of their white cells, kept as they are found.

Whatever stops the command, the same command goes on from there.
"""

import json
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from tqdm import tqdm

from ..common.atomic_files import make_folder
from ..common.cache_keys import code_key, fingerprint
from ..common.paths import cache_folder
from ..data.contents import content_keys
from ..fields.box_files import BOXES
from ..fields.field_files import open_field
from ..fields.finder import Finder, one_for_each
from ..fields.finding import boxes_of, find_in, windows
from ..fields.folder_scale import cell_width, look_at_scales, other_scales, sampled
from ..fields.score_limit import score_limit
from .embedded_cells import How
from .field_notes import Sizes

_CELL = ["x", "y", "width", "score"]


class Found(NamedTuple):
    """`boxes`: a table of boxes; `width`: the median cell's, px; `others`: see `other_scales`."""

    boxes: pd.DataFrame
    width: float
    others: dict[str, float]


def find_cells(
    fields: pd.DataFrame, sizes: Sizes, finder: Finder, width: float | None, how: How
) -> Found:
    """Find the white cells of fields (`path`, `name`), all at one scale.

    - `width`: the median cell's, in pixels; if None, it is looked for in some of the fields.
    """
    kept = _Kept(_file(fields, finder))
    paths, others = dict(zip(fields["name"], fields["path"], strict=True)), {}
    if width is None:
        some = {name: paths[name] for name in sampled([*paths])}
        looks = kept.get("looks") or kept.add(
            "looks", look_at_scales(some, finder, how.progress).to_dict("list")
        )
        width = cell_width(looks := pd.DataFrame(looks))
        others = other_scales(looks, width)
    parts = []
    for name in tqdm(paths, desc="fields", disable=not how.progress):
        parts.append(_find(name, paths[name], round(width, 1), finder, kept))
    peaks = pd.concat(parts, ignore_index=True)
    limit = score_limit(peaks["score"].to_numpy())
    size = np.reshape([sizes[name] for name in peaks["field"]], (-1, 2))
    return Found(boxes_of(peaks, limit, size)[[*BOXES]], width, others)


def _find(name: str, path: str, width: float, finder: Finder, kept: "_Kept") -> pd.DataFrame:
    with open_field(path) as field:
        parts = []
        for window in windows((0, 0, field.width, field.height), width):
            key = f"{name} {width} {window}"
            cells = kept.get(key)
            if cells is None:
                found = find_in(field, window, width, finder)[_CELL]
                cells = kept.add(key, found.to_numpy().tolist())
            parts.append(np.reshape(cells, (-1, len(_CELL))))
    return one_for_each(pd.DataFrame(np.concatenate(parts), columns=_CELL)).assign(field=name)


def _file(fields: pd.DataFrame, finder: Finder) -> Path:
    """Where the finds of exactly these fields are kept."""
    folder = cache_folder()
    make_folder(folder)
    names = fields["name"].tolist()
    key = fingerprint(finder.key, code_key("fields"), names, content_keys(fields).tolist())
    return folder / f"found-{key}.jsonl"


class _Kept:
    """Values by key in a file, a line each; a line that was not finished counts as not there."""

    def __init__(self, file: Path):
        self._file, self._values = file, {}
        for line in file.read_text(encoding="utf-8").splitlines() if file.exists() else ():
            try:
                key, value = json.loads(line)
            except ValueError:
                continue
            self._values[key] = value

    def get(self, key: str) -> object:
        return self._values.get(key)

    def add(self, key: str, value: object) -> object:
        # begun on a new line, because the one before may have no end
        line = "\n" + json.dumps([key, value])
        with open(self._file, "a", encoding="utf-8") as file:
            file.write(line)
        self._values[key] = value
        return value
