"""BCCD: squares of 300 px around white cells annotated in fields of 640 x 480 px.

The release calls them white cells and no more. `manifests/bccd_cells.csv.gz` names 351 of its
372: file (the field, and the number of the box among its white cells'), label, same_cell_group
(the same for images of what is probably one cell photographed twice), and strict. The groups and
`strict`, which is 0 for 45 eosinophils without visible granules and a doubtful monocyte, were
drawn up by eye, by a non-expert. The other 21 have no class there.
"""

from pathlib import Path
from xml.etree import ElementTree

import pandas as pd

from .release import keep, opened, read_manifest, square, verified

SIDE, QUALITY = 300, 92
_CORNERS = "xmin", "ymin", "xmax", "ymax"
_EDGE = 2  # px from the field's border


def cut(
    release: Path, folder: Path, manifest: pd.DataFrame, cells: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Cut the crops into `folder`; returns their list.

    Its columns are file, label, field, the box's xmin, ymin, xmax and ymax in pixels,
    same_cell_group, touches_border and strict.

    - `cells`: a list as `manifests/bccd_cells.csv.gz`, which is the default.
    """
    verified(release, manifest, "BCCD/Annotations/", "BCCD/JPEGImages/")
    rows = []
    for cell in (read_manifest("bccd_cells") if cells is None else cells).itertuples():
        name, _, number = Path(cell.file).stem.rpartition("_")
        field = opened(release / "BCCD" / "JPEGImages" / f"{name}.jpg")
        box = white_cells(release / "BCCD" / "Annotations" / f"{name}.xml")[int(number)]
        left, top, right, bottom = box
        crop = square(field, (left + right) / 2, (top + bottom) / 2, SIDE)
        keep(crop, folder / cell.file, quality=QUALITY)
        spare = min(left, top, field.width - right, field.height - bottom)
        facts = cell.same_cell_group, int(spare <= _EDGE), cell.strict
        rows.append((cell.file, cell.label, name, *box, *facts))
    columns = ["file", "label", "field", *_CORNERS, "same_cell_group", "touches_border", "strict"]
    return pd.DataFrame(rows, columns=columns)


def white_cells(path: Path) -> list[tuple[int, ...]]:
    """The corners of the white cells' boxes in a field's annotations."""
    objects = ElementTree.parse(path).iterfind("object")
    white = [each.find("bndbox") for each in objects if each.findtext("name") == "WBC"]
    return [tuple(int(box.findtext(corner)) for corner in _CORNERS) for box in white]
