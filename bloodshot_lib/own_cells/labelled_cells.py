"""Cells that a person labelled, and what is known of them: copies counted, judged, each once."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from ..data.class_names import writable
from ..data.contents import rows_of_copies
from ..data.tables import Listed, named_subjects
from ..fewshot.expected_accuracy import ExpectedAccuracy, expected_accuracy
from ..fewshot.judged_supports import JudgedSupports
from .copies import copied, refuse_contradictions, tell_copies
from .embedded_cells import EmbeddedCells, How, embed_cells
from .image_differences import difference_warnings, differing, same_pixels
from .special_labels import NOT_A_CELL

# another class is so many times as likely as the label. With one label in twenty made wrong, 68 of
# 100 labels named so were, if at random, or 50, if as classes are confused; 43 and 25 of 100 wrong
# ones were found (experiments/doubtful_labels.py)
_LOOKS_WRONG = 20


@dataclass(eq=False)
class LabelledCells:
    """What `check`, `suggest --labelled` and `classify` know of the cells that a person labelled.

    - `cells`: one of each set of identical files: copies would vouch for each other.
    - `duplicates`: the identical files, `file` and `label`, numbered by `group`.
    - `contradictions`: the same for identical files with several labels, which are left out.
    - `new`: the cells to classify, if there are any.
    - `apart`: the class of what is no cell.
    - `notes`: what the folders' readers said.
    """

    cells: EmbeddedCells
    duplicates: pd.DataFrame
    contradictions: pd.DataFrame
    new: EmbeddedCells | None = None
    apart: str = NOT_A_CELL
    notes: tuple[str, ...] = ()

    @property
    def table(self) -> pd.DataFrame:
        return self.cells.table

    @cached_property
    def subjects(self) -> pd.Series | None:
        """The subject of each cell, its own or that of the same new cell; None if nobody is named.

        Those that `bloodshot suggest` copied out of their subjects' folders keep them so.
        """
        named = self.table["subject"]
        if self.new is not None:
            theirs = self.new.table["subject"].set_axis(self.known)
            theirs = theirs[theirs != ""].groupby(level=0).first()
            named = named.where(named != "", theirs.reindex(named.index, fill_value=""))
        return named_subjects(named)

    @cached_property
    def known(self) -> np.ndarray:
        """For each new cell the labelled cell of the same content or pixels, or -1, (N,)."""
        rows = rows_of_copies(self.new.table, self.table)
        return np.where(rows < 0, same_pixels(self.new.images, self.cells.images), rows)

    @cached_property
    def differing(self) -> pd.DataFrame:
        """Which new images differ from every labelled one in size or colour."""
        return differing(self.new.table, self.table)

    @property
    def warnings(self) -> list[str]:
        """What to know before trusting any of it."""
        said = list(self.notes)
        if self.new is not None:
            n = int((self.known < 0).sum())
            said += self._unnamed + copied(self.new.table)
            said += difference_warnings(self.differing, self.new.table, self.table, n)
        return said

    @property
    def _unnamed(self) -> list[str]:
        """What to know if labelled cells lack subjects and new ones have them."""
        mine = [""] if self.subjects is None else self.subjects
        if named_subjects(self.new.table["subject"]) is None or "" not in set(mine):
            return []
        n = len(self.table) if self.subjects is None else int((mine == "").sum())
        return [
            f"The new cells have subjects, and {n} of the {len(self.table)} labelled ones have"
            " none. The accuracy to expect is then not that for subjects of whom you labelled"
            " nothing, and may be too high: put the labelled images into a folder for each subject"
            " in their classes, or pass --subject."
        ]

    @property
    def left_out(self) -> dict[str, str]:
        """The files left out, and why; what a list does not label is classified all the same."""
        if self.new is None:
            return self.cells.left_out
        used = set(map(writable, self.new.table["path"]))
        ours = {path: why for path, why in self.cells.left_out.items() if path not in used}
        return {**ours, **self.new.left_out}

    @cached_property
    def judged(self) -> JudgedSupports:
        """The classifier, and what labelled and new cells say of it."""
        labels, subjects = self.table["label"].to_numpy(str), self.subjects
        groups = None if subjects is None else subjects.to_numpy(str)
        others = None if self.new is None else self.new.Z[self.known < 0]
        return JudgedSupports.fit(self.cells.Z, labels, groups=groups, unlabelled=others)

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
            return expected_accuracy(self.judged, apart=(self.apart,)), ""
        except ValueError as error:
            return None, str(error)

    @property
    def classes(self) -> pd.DataFrame:
        """A row per class: `label`, `cells`, and `subjects`, 0 if nobody is named."""
        subjects = None if self.subjects is None else self.subjects.replace({"": None})
        groups = self.table.assign(subject=subjects).groupby("label", as_index=False)
        return groups.agg(cells=("file", "size"), subjects=("subject", "nunique"))

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


def embed_labelled(
    listed: Listed, how: How, apart: str = NOT_A_CELL, agreeing: bool = False
) -> LabelledCells:
    """Embed labelled cells, one of each set of copies.

    Images that are in several classes are an error, or with `agreeing` they are left out.
    Raises ValueError too if all images are one picture.
    """
    once, duplicates, contradictions = tell_copies(listed.table)
    if len(contradictions) and (not agreeing or once.empty):
        refuse_contradictions(contradictions)
    cells = embed_cells(Listed(once, listed.left_out), how)
    if len(cells.Z) > 1 and (cells.Z == cells.Z[0]).all():
        raise ValueError(
            f"All {len(cells.Z)} labelled images show the same: were they exported rightly?"
        )
    return LabelledCells(cells, duplicates, contradictions, apart=apart)
