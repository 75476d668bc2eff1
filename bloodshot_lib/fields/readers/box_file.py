"""One file of boxes: its kind is recognised by what is in it, not by its name."""

import codecs
import json
import re

import pandas as pd

from .coco import is_coco, read_coco
from .geojson import features_of, read_geojson
from .imagej_rois import BEGINNINGS, read_rois
from .raw_boxes import raw_boxes
from .tables import read_table, sides_of
from .yolo import is_yolo, read_yolo

_UTF16 = codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE


def read_box_file(content: bytes, file: str) -> pd.DataFrame:
    """The boxes of one file, as it has them (see `raw_boxes`); an empty file has none.

    - `file`: its name, for error messages.

    Raises ValueError for a damaged file, and for one of another kind.
    """
    if content.startswith(BEGINNINGS):
        return read_rois(content, file)
    text = _text(content)
    if not text:
        return raw_boxes()
    if text[0] in "{[":
        return _read_json(text, file)
    if is_yolo(text):
        return read_yolo(text, file)
    titles = re.split("[,;\t]", text.splitlines()[0].casefold())
    titles = {title.strip(' "') for title in titles}
    if sides_of(titles):
        return read_table(content, file, titles)
    raise _other_kind(file)


def _read_json(text: str, file: str) -> pd.DataFrame:
    try:
        found = json.loads(text)
    except ValueError as error:
        raise ValueError(f"{file} is damaged JSON ({error}). Export it again.") from error
    if is_coco(found):
        return read_coco(found, file)
    if (features := features_of(found)) is not None:
        return read_geojson(features, file)
    raise _other_kind(file)


def _text(content: bytes) -> str:
    """Text in any encoding, as far as it tells the kind."""
    encoding = "utf-16" if content.startswith(_UTF16) else "utf-8-sig"
    return content.decode(encoding, "replace").strip()


def _other_kind(file: str) -> ValueError:
    return ValueError(
        f"{file} holds no boxes that can be read. Leave it out, or save boxes as one of these: a"
        " table with the columns field,x,y,width,height or field,xmin,ymin,xmax,ymax;"
        " Fiji's Results with BX,BY,Width,Height (tick 'Bounding rectangle' in Analyze > Set"
        " Measurements); Fiji's ROIs; GeoJSON, as QuPath exports objects; COCO's JSON; YOLO's text."
    )
