"""Boxes around the areas of GeoJSON, as QuPath exports its objects: a file per field."""

import numpy as np
import pandas as pd

from .raw_boxes import SIDES, bounds, raw_boxes, some


def features_of(found: object) -> list[dict] | None:
    """The features of a collection, of a bare list, or the only one; None for other JSON."""
    if isinstance(found, dict):
        whole = found.get("type") == "FeatureCollection"
        found = found.get("features") if whole else [found]
    right = isinstance(found, list) and all(
        isinstance(each, dict) and each.get("type") == "Feature" for each in found
    )
    return found if right else None


def read_geojson(features: list[dict], file: str) -> pd.DataFrame:
    """The bounds of each polygon or multipolygon, which QuPath's rectangles and ellipses are, too.

    Raises ValueError for anything else, such as points and lines.
    """
    boxes, faults = [], []
    for number, feature in enumerate(features, 1):
        try:
            boxes.append(bounds(_outline(feature["geometry"])))
        except (KeyError, TypeError, ValueError):
            faults.append(f"object {number} ({_kind(feature)})")
    if faults:
        raise ValueError(
            f"{file} has objects without an area: {some(faults)}. Draw each cell as a rectangle,"
            " an ellipse or a polygon, and leave out points and lines."
        )
    return raw_boxes(**dict(zip(SIDES, np.reshape(boxes, (-1, 4)).T, strict=True)))


def _outline(geometry: dict) -> np.ndarray:
    """The corners of an area (n, 2), also those of its parts and holes."""
    parts = {"Polygon": [geometry["coordinates"]], "MultiPolygon": geometry["coordinates"]}
    rings = [ring for part in parts[geometry["type"]] for ring in part]
    return np.concatenate([np.array(ring, dtype=float)[:, :2] for ring in rings])


def _kind(feature: dict) -> str:
    geometry = feature.get("geometry")
    return str(geometry.get("type")) if isinstance(geometry, dict) else "nothing"
