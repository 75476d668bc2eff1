"""Where cells lay in their fields, as `bloodshot crop` wrote it, and their verdicts for QuPath."""

import json
import re
from collections.abc import Sequence
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

import numpy as np
import pandas as pd
from PIL import ImageColor

from ..data.distinct_names import distinct_names
from ..data.folder_contents import readable
from ..data.label_lists import parse_list
from ..fields.readers.raw_boxes import SIDES
from .earlier_result import SAID

BOXES, GEOJSON = "boxes.csv", "geojson"
_BOX = [*SIDES]
_COLUMNS = ["file", "field", *_BOX]
_AGAIN = "Take it as bloodshot crop wrote it, or crop again."


def read_places(folder: Path) -> pd.DataFrame | None:
    """Where the cells of a folder lay, if `bloodshot crop` made it; None without its boxes.csv.

    Returns a row per cell, by its `file`: the `field`, and in its pixels `x` and `y` of the box's
    left and top edge, `width` and `height`; `at_edge`, if the list says it.

    Raises ValueError for a list that has these columns and is damaged.
    """
    path = folder.expanduser() / BOXES
    with readable(path):
        if not path.is_file():
            return None
        content = path.read_bytes()
    titles = re.findall(r"\w+", content.decode(errors="replace").partition("\n")[0].casefold())
    if not {*_COLUMNS} <= {*titles}:  # another program's
        return None
    listed = parse_list(content, str(path), _COLUMNS, ["at_edge"])
    listed = listed[listed["file"] != ""]
    boxes = listed[_BOX].apply(pd.to_numeric, errors="coerce").astype(float)
    at_edge = listed["at_edge"].str.casefold().map({**SAID, "": pd.NA}).astype("boolean")
    _check(listed, boxes, at_edge, path)
    whole = boxes.columns[(boxes % 1 == 0).all()]  # then a list says 12, not 12.000
    places = listed[["file", "field"]].join(boxes.astype(dict.fromkeys(whole, "Int64")))
    if at_edge.notna().any():
        places["at_edge"] = at_edge
    places = places.drop_duplicates().set_index("file")
    if (twice := places.index.duplicated()).any():
        raise ValueError(
            f"{path} must have one box for each cell, but {places.index[twice][0]} has several."
            f" {_AGAIN}"
        )
    return places


def with_places(cells: pd.DataFrame, places: pd.DataFrame | None) -> pd.DataFrame:
    """Cells, and the columns of `read_places`, if any: empty for those that are not there."""
    return cells if places is None else cells.join(places, on="file")


def said_of_places(cells: pd.DataFrame) -> dict[str, str]:
    """What a result says of its cells' places, `in_fields`; nothing if it has none."""
    if "field" not in cells:
        return {}
    said, absent = [], int(cells["field"].isna().sum())
    if absent < len(cells):
        said.append(
            f"{GEOJSON}/ has the cells for QuPath, a file per field: open a field there, then"
            " choose File > Import objects."
        )
    if absent:
        said.append(f"The places of {absent} of {len(cells)} cells are not in {BOXES}.")
    return {"in_fields": " ".join(said)}


def write_geojson(folder: Path, cells: pd.DataFrame, classes: Sequence[str]) -> None:
    """Write a file for each field that cells have, which QuPath reads as detections.

    - `cells`: as in cells.csv; nothing is written without the columns of `read_places`.
    - `classes`: all of them, in the order in which the report's map gives them colours.
    """
    if "field" not in cells:
        return
    colours, by_field = _colours(classes), cells.groupby("field")
    for name, (_, rows) in zip(_names([*by_field.groups]), by_field, strict=True):
        found = [_feature(cell, colours[cell.predicted]) for cell in rows.itertuples()]
        path = folder / f"{name}.geojson"
        path.parent.mkdir(parents=True, exist_ok=True)
        whole = {"type": "FeatureCollection", "features": found}
        path.write_text(json.dumps(whole, default=float), encoding="utf-8")


def _check(listed: pd.DataFrame, boxes: pd.DataFrame, at_edge: pd.Series, path: Path) -> None:
    """Raise ValueError, naming list and cell, for a value that crop cannot have written."""
    wrong = ~np.isfinite(boxes)
    wrong[["width", "height"]] |= boxes[["width", "height"]] <= 0
    wrong["field"] = listed["field"] == ""
    wrong["at_edge"] = at_edge.isna() & (listed["at_edge"] != "")
    if (found := wrong.any()).any():
        column = found.idxmax()
        row = listed[wrong[column]].iloc[0]
        raise ValueError(
            f"{path} must say of each cell its field, and its box in pixels, but says of"
            f" {row['file']} {column} {row[column]!r}. {_AGAIN}"
        )


def _feature(cell: tuple, colour: list[int]) -> dict:
    """A cell as QuPath has it; the same cell of the same field has the same id in any result."""
    left, top = cell.x, cell.y
    right, bottom = left + cell.width, top + cell.height
    ring = [[left, top], [right, top], [right, bottom], [left, bottom], [left, top]]
    return {
        "type": "Feature",
        "id": str(uuid5(NAMESPACE_URL, f"{cell.field} {cell.file}")),
        "geometry": {"type": "Polygon", "coordinates": [ring]},
        "properties": {
            "objectType": "detection",
            "name": cell.file,
            "classification": {"name": cell.predicted, "color": colour},
            "measurements": {"certainty": round(cell.certainty, 3), "unlike": int(cell.unlike)},
        },
    }


def _names(fields: Sequence[str]) -> list[str]:
    """Where each field's file goes, but for its suffix: in a folder, if the field was in one."""
    parts = pd.DataFrame([field.rpartition("/") for field in fields], columns=["in", "", "name"])
    above = parts["in"].unique()
    folders = dict(zip(above, distinct_names(above), strict=True)) | {"": "."}
    names = parts.groupby("in")["name"].transform(distinct_names)
    return [f"{folders[place]}/{name}" for place, name in zip(parts["in"], names, strict=True)]


def _colours(classes: Sequence[str]) -> dict[str, list[int]]:
    """A colour for each class: six, then darker and lighter, as the map has them in shapes."""
    from ..plots.style import GROUP_COLOURS  # here, because it loads slowly

    pure = np.array([ImageColor.getrgb(colour) for colour in GROUP_COLOURS])
    shades = np.concatenate([pure, 0.6 * pure, 127 + 0.5 * pure]).astype(int).tolist()
    return {name: shades[place % len(shades)] for place, name in enumerate(classes)}
