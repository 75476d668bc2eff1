"""A folder of labelled cells and what is known of it: read, copies counted, judged, each once."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from ..data.tables import file_names, identical_files, named_subjects, rows_of_copies
from ..fewshot.expected_accuracy import ExpectedAccuracy, expected_accuracy
from ..fewshot.judged_supports import JudgedSupports
from .embedded_cells import EmbeddedCells, How, embed_folder

# another class is so many times as likely as the label; on pbc and bccd, with one label in ten
# made wrong, this found about 6 in 10 of them, and 2 in 3 of the labels that it named were wrong
_LOOKS_WRONG = 5


@dataclass(eq=False)
class LabelledCells:
    """What `check`, `suggest --labelled` and `classify` know of the cells that a person labelled.

    - `cells`: the folder's, one of each set of identical files with one label: copies would
      vouch for each other. `table` is theirs, with `file`, the name below the folder.
    - `duplicates`: the identical files, `file` and `label`, numbered by `group`.
    """

    cells: EmbeddedCells
    duplicates: pd.DataFrame

    @property
    def table(self) -> pd.DataFrame:
        return self.cells.table

    @property
    def subjects(self) -> pd.Series | None:
        """The subject of each cell, or None if nobody is named."""
        return named_subjects(self.table["subject"])

    @cached_property
    def judged(self) -> JudgedSupports:
        """The classifier, and what the labelled cells say of each other."""
        labels, subjects = self.table["label"].to_numpy(str), self.subjects
        groups = None if subjects is None else subjects.to_numpy(str)
        return JudgedSupports.fit(self.cells.Z, labels, groups=groups)

    @property
    def accuracy(self) -> ExpectedAccuracy | None:
        """What accuracy to expect; None if that cannot be said, and `why_not` says why."""
        return self._expected[0]

    @property
    def why_not(self) -> str:
        return self._expected[1]

    @cached_property
    def _expected(self) -> tuple[ExpectedAccuracy | None, str]:
        try:
            return expected_accuracy(self.judged), ""
        except ValueError as error:
            return None, str(error)

    @property
    def classes(self) -> pd.DataFrame:
        """A row per class: `label`, `cells`, and `subjects`, 0 if nobody is named."""
        named = self.table["subject"].where(self.table["subject"] != "")
        groups = self.table.assign(subject=named).groupby("label")
        counts = groups.agg(cells=("file", "size"), subjects=("subject", "nunique"))
        return counts.reset_index()

    @property
    def doubtful(self) -> pd.DataFrame:
        """Cells whose label looks wrong, the surest first.

        The columns are `file`, `label`, and `predicted` and `certainty` as judged by the others.
        """
        columns = ["file", "label", "predicted", "certainty"]
        if self.accuracy is None:
            return pd.DataFrame(columns=columns)
        verdicts = self.accuracy.verdicts.assign(file=self.table["file"].to_numpy())
        wrong = verdicts[verdicts["certainty"] >= _LOOKS_WRONG * verdicts["own"]]
        return wrong.sort_values("certainty", ascending=False)[columns]

    def rows_of(self, table: pd.DataFrame) -> np.ndarray:
        """For each cell of a table, the labelled cell of the same content, or -1, (N,).

        Raises ValueError if copies of one file are labelled as two classes.
        """
        rows = rows_of_copies(table, self.table)
        for _, copies in self.duplicates.groupby("group"):
            names, ours = copies["label"].unique(), self.table["file"].isin(copies["file"])
            if len(names) > 1 and ours[rows[rows >= 0]].any():
                raise ValueError(
                    f"One cell is labelled {' and '.join(names)}: {', '.join(copies['file'])} have"
                    " the same content, and one of the other folder too. Keep it in one class."
                )
        return rows


def read_labelled(root: Path, subject: str | None, how: How) -> LabelledCells:
    """Read and embed a folder of class folders."""
    cells = embed_folder(root, True, subject, how)
    table = cells.table.assign(file=file_names(cells.table, 1))
    copies = identical_files(table)
    extra = copies.index[copies.duplicated(["group", "label"])]
    keep = np.setdiff1d(np.arange(len(table)), extra)
    once = cells._replace(
        table=table.iloc[keep].reset_index(drop=True), images=cells.images[keep], Z=cells.Z[keep]
    )
    return LabelledCells(once, copies[["group", "file", "label"]])
