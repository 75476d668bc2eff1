"""The data of an experiment: two tables and their images, each read once."""

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from ..data.images import load_images
from ..synthetic.twin import write_synthetic_twin
from .profile_parts import Source, Target

ROLES = {"source": ("train", "val", "test"), "target": ("pool", "query")}


class Cells(NamedTuple):
    """The cells of one split, row by row.

    - `table`, `images` (N, S, S, 3), `labels`: of each cell.
    - `rows`: the row that each cell has in the whole split.
    """

    table: pd.DataFrame
    images: np.ndarray
    labels: pd.Series
    rows: np.ndarray


@dataclass(frozen=True)
class ProfileData:
    """The data that a profile names; nothing is read before it is asked for.

    - `name`: the profile's, for error messages.
    - `parts`: its source and its target, by name.
    - `folder`: that their roots are relative to; the twin's, if `synthetic` says how it is drawn.
    - `artifacts`: the folder where image arrays are kept.
    """

    name: str
    parts: dict[str, Source | Target | None]
    folder: Path
    artifacts: Path
    synthetic: dict | None = None
    _cells: dict[tuple[str, int], Cells] = field(default_factory=dict, repr=False)

    @cached_property
    def source(self) -> pd.DataFrame:
        """The source's table.

        Raises FileNotFoundError or ValueError if the data set is missing or incomplete, or if
        the profile has no source.
        """
        if self.parts["source"] is None:
            raise ValueError(
                f"The profile {self.name!r} has no source: its embedder is finished."
                " run_laboratory(profile) evaluates it on the target."
            )
        return self._read("source")

    @cached_property
    def target(self) -> pd.DataFrame:
        """The target's table.

        Raises FileNotFoundError or ValueError if the data set is missing or incomplete.
        """
        return self._read("target")

    def cells(self, role: str, size: int, progress: bool = False) -> Cells:
        """The cells of one role, as in `load_cells`; images of `size` pixels a side."""
        part = next((part for part, roles in ROLES.items() if role in roles), None)
        if part is None:
            raise ValueError(
                "`role` must be train, val or test (source), pool or query (target), but was"
                f" {role!r}."
            )
        table, split = getattr(self, part), self._split(role)
        if split not in set(table["split"]):
            raise ValueError(
                f"The profile {self.name!r} has no cells in the split {split!r}:"
                " check its [source.split] or [target] tables."
            )
        if (role, size) not in self._cells:
            self._load(part, size, progress)
        return self._cells[role, size]

    def _split(self, role: str) -> str:
        return getattr(self.parts["target"], role, role)

    def _read(self, part: str) -> pd.DataFrame:
        if self.synthetic is not None:
            write_synthetic_twin(self.folder, **self.synthetic)
        try:
            return self.parts[part].read(self.folder)
        except FileNotFoundError as error:
            raise FileNotFoundError(
                f"{error} The profile {self.name!r} expects it there; its file says where to"
                " get the data. Set BLOODSHOT_DATA to the folder that holds them."
            ) from error

    def _load(self, part: str, size: int, progress: bool) -> None:
        """Decode the source or the target; its roles are views of one array."""
        table = getattr(self, part)
        splits = {role: table[table["split"] == self._split(role)] for role in ROLES[part]}
        images = load_images(pd.concat(splits.values()), size, self.artifacts, progress)
        start = 0
        for role, cells in splits.items():
            cells, rows = cells.reset_index(drop=True), np.arange(len(cells))
            its = images[start : start + len(cells)]
            self._cells[role, size] = Cells(cells, its, cells["label"], rows)
            start += len(cells)
